# SPDX-License-Identifier: Apache-2.0
"""What tools that read docs/api/openapi.json share."""

METHODS = ("get", "post", "put", "patch", "delete")


def resolve(document, value):
    """What a "$ref" of the document leads to, or the value itself."""
    while isinstance(value, dict) and "$ref" in value:
        found = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        value = found
    return value
