-- The tables of the stream managers
CREATE TABLE IF NOT EXISTS `groups` (name VARCHAR(254) NOT NULL PRIMARY KEY, document TEXT);
CREATE TABLE IF NOT EXISTS `nodes` (
  identifier VARCHAR(254) NOT NULL PRIMARY KEY,
  document TEXT -- as JSON
);
CREATE TABLE IF NOT EXISTS `scalepolicy` (name VARCHAR(254) NOT NULL PRIMARY KEY, document TEXT);
CREATE TABLE IF NOT EXISTS `launchconfig` (name VARCHAR(254) NOT NULL PRIMARY KEY, document TEXT);
