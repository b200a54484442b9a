"""Does the promise of docs/delivery.md hold when processes are killed and platforms fail?"""
