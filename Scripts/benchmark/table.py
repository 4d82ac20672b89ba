"""Tables in Markdown."""
import sys


class Table:
    def __init__(self, columns):
        self.rows = [columns]

    def add(self, cells):
        """Adds a row, and shows it at once on stderr."""
        self.rows.append([str(cell) for cell in cells])
        print(*self.rows[-1], sep="  ", file=sys.stderr, flush=True)

    def markdown(self):
        def line(cells):
            return "| " + " | ".join(cells) + " |"
        head, *body = self.rows
        rule = "|---|" + "---:|" * (len(head) - 1)
        return "\n".join([line(head), rule, *map(line, body)]) + "\n"
