// Package e2e walks through the whole program as people do: it starts it on the demonstration (演示), signs in through
// the pages in a browser, and looks at what the person sees and at what is in the database afterwards. It also measures
// how fast and how heavy the main pages are, and makes the pictures of the user manual (docs/manual).
//
// It holds tests only. They need Chromium and the built assets; without them they are skipped on a developer's machine
// and fail where the environment says CI=true.
package e2e
