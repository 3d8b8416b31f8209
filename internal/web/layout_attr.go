package web

// htmxConfig turns off what the content policy forbids (an injected style element).
const htmxConfig = `{"includeIndicatorCSS":false}`

// currentPage is the value of aria-current.
func currentPage(is bool) string {
	if is {
		return "page"
	}
	return "false"
}
