"""Lists where ONNX's own registry says that an operator changed its form: a node of the version before may not be
valid, or may mean something else, at the new one.

    opset_changes.py        prints lines "operator<TAB>version<TAB>what changed"
"""
from collections import defaultdict

from onnx import defs
from onnx.defs import OpSchema

# The first GRU misspells its default direction.
NO_CHANGE = {("GRU", 3)}


def required_inputs(schema):
    return sum(value.option == OpSchema.FormalParameterOption.Single for value in schema.inputs)


def changes(before, after):
    """What a node of `before` may trip over at `after`."""
    if after.deprecated and not before.deprecated:
        yield "deprecated"
    for name in sorted(set(before.attributes) - set(after.attributes)):
        yield f"attribute '{name}' is gone"
    if required_inputs(after) > required_inputs(before):
        yield "more inputs are required"
    for name, attribute in sorted(after.attributes.items()):
        old = before.attributes.get(name)
        if attribute.required and not (old and old.required):
            yield f"attribute '{name}' is required"
        elif old and old.type != attribute.type:
            yield f"attribute '{name}' has another type"
        elif old and old.default_value.SerializeToString() != attribute.default_value.SerializeToString():
            yield f"attribute '{name}' has another default"


def main():
    versions = defaultdict(list)
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            versions[schema.name].append(schema)
    for name, schemas in sorted(versions.items()):
        schemas.sort(key=lambda schema: schema.since_version)
        for before, after in zip(schemas, schemas[1:]):
            what = list(changes(before, after))
            if what and (name, after.since_version) not in NO_CHANGE:
                print(name, after.since_version, "; ".join(what), sep="\t")


if __name__ == "__main__":
    main()
