"""What needs attention: in the period shown, in the last months, and since an earlier snapshot."""
