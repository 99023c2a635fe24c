"""The ballot record: hashes, tree and checks of published votes. Standard library only; knows no Django."""
