"""The page: what the published copy holds, to look at; it computes nothing that is not the warehouse's."""
