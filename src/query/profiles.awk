# Makes C from etc/profiles/*.properties. Each file is one entry named after it.

function base(path) {
	sub(/^.*\//, "", path)
	sub(/\.properties$/, "", path)
	return path
}

BEGIN {
	print "/* Made from etc/profiles by profiles.awk; do not edit. */"
	print "#include \"query/profiles.h\"\n"
	print "#include <stddef.h>\n"
	print "const struct profiles_text profiles_builtin[] = {"
}

FNR == 1 {
	if (open)
		print "},"
	printf "{\"%s\",\n", base(FILENAME)
	open = 1
}

{
	gsub(/["\\]/, "\\\\&")
	printf "\"%s\\n\"\n", $0
}

END {
	if (open)
		print "},"
	print "{NULL, NULL}};"
}
