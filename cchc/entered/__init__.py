"""What people write: meetings, registers, published figures, and the backup of all of them."""
