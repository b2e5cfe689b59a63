package eval

// UnderRace is underRace for the tests outside the package.
const UnderRace = underRace
