"""Entitlements: the right to one reward without spending points, a trip place won."""
