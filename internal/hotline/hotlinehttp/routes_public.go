package hotlinehttp

import "yichuang/internal/web"

// Limits of what one address may send to the public pages: enough for a family behind one connection, too little to try
// out query codes or to flood the office.
var (
	submitRate = web.Rate{PerMinute: 4, Burst: 6}
	trackRate  = web.Rate{PerMinute: 10, Burst: 10}
)

// RegisterPublic adds the pages for citizens: under /12345 for the centre of the installation or of the host name, and
// under /12345/c/{centre} for each centre by its code.
func RegisterPublic(kit *web.Kit, d Deps) {
	s := citizens{d, kit}
	for _, base := range []string{"/12345", "/12345/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.landing))
		kit.Public("GET "+base+"/submit", s.at(s.submitForm))
		kit.Public("POST "+base+"/submit", s.at(s.submit), web.Limit(submitRate), web.MaxBody(uploadBody))
		kit.Public("GET "+base+"/track", s.at(s.trackForm))
		kit.Public("POST "+base+"/track", s.at(s.track), web.Limit(trackRate))
		kit.Public("POST "+base+"/rate", s.at(s.rate), web.Limit(trackRate))
		kit.Public("GET "+base+"/r/{token}", s.at(s.ratingForm), web.Limit(trackRate))
		kit.Public("POST "+base+"/r/{token}", s.at(s.rateByLink), web.Limit(trackRate))
	}
}
