"""A real server with its workers under more submissions than they can do at once, some of them
killed meanwhile: is anything lost, done twice or answered wrongly, and does the console answer?"""
