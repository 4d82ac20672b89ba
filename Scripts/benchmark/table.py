"""Tables in Markdown."""


class Table:
    def __init__(self, columns):
        self.rows = [columns]

    def add(self, cells):
        self.rows.append([str(cell) for cell in cells])

    def markdown(self):
        def line(cells):
            return "| " + " | ".join(cells) + " |"
        head, *body = self.rows
        rule = "|---|" + "---:|" * (len(head) - 1)
        return "\n".join([line(head), rule, *map(line, body)]) + "\n"
