package hotlinehttp

// adviceKeys choose the suggested categories while no text is being typed.
const adviceKeys = "zxc"

// adviceKey is the key of the suggestion at i; "" where there are more than keys.
func adviceKey(i int) string {
	if i >= len(adviceKeys) {
		return ""
	}
	return adviceKeys[i : i+1]
}
