"""SCIM 2.0: a directory (Entra ID, Okta, any other) keeps the roster by itself.

Knows the RFCs 7643, 7644 and 9865, people and units; knows nothing of what anyone said.
"""
