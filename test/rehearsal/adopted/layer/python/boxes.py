"""What the team's functions share, in a layer."""


def box_of(order):
    return f"box-{sum(order.encode()) % 9 + 1}"
