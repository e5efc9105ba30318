"""Files screened row by row, more of them than memory holds.

    a file --blocks--> frames --checks--> sound rows --compliance.screen--> --sink--> the output
                                |
                                +-------> refused rows ------------------------> a file beside it

A block is read, its rows are checked, and what is left goes through one lazy query, whose sink
writes as it goes; so memory depends on the size of a block and not on that of the files. Nothing
else imports polars but what hands a Polars frame its own types.
"""
