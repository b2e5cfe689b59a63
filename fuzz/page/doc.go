// Package page shows campaigns in a browser, and as one HTML file. Pages work without JavaScript, except for plots and
// live updates; they load nothing from elsewhere, and a strict Content-Security-Policy lets nothing else run. What
// campaigns found (names, programs, what tools printed) is text to them, whatever it holds.
//
//	s, err := page.New(page.Config{Dirs: []string{"work"}})
//	http.ListenAndServe("127.0.0.1:8080", s)
package page
