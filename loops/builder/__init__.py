"""The loop builder: a page of the admin where a plan is made and its gap is watched."""
