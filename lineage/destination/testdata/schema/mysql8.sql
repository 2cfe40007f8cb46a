-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `companies`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `companies` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `salesforce_id` varchar(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'Account''s id; the \'key\'',
  `name` varchar(255) NOT NULL DEFAULT '',
  `rank` int unsigned DEFAULT NULL,
  `rate` decimal(10,2) DEFAULT '0.00',
  `state` enum('open','closed, for ever','it''s') NOT NULL DEFAULT 'open',
  `uid` binary(16) DEFAULT (uuid_to_bin(uuid())),
  `name_lower` varchar(255) GENERATED ALWAYS AS (lower(`name`)) STORED,
  `name_len` int GENERATED ALWAYS AS (char_length(`name`)) VIRTUAL NOT NULL,
  `flags` bit(1) NOT NULL DEFAULT b'0',
  `place` point NOT NULL /*!80003 SRID 4326 */,
  `hidden` int DEFAULT NULL /*!80023 INVISIBLE */,
  `key` varchar(10) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`id`),
  UNIQUE KEY `index_companies_on_salesforce_id` (`salesforce_id`),
  KEY `by_name` (`name`(20),`rank` DESC) USING BTREE,
  KEY `by_expr` ((lower(`name`))),
  FULLTEXT KEY `ft` (`name`) /*!50100 WITH PARSER `ngram` */ ,
  SPATIAL KEY `sp` (`place`),
  CONSTRAINT `companies_chk_1` CHECK ((`rank` > 0))
) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='会社; with a semicolon';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `companies` WRITE;
INSERT INTO `companies` VALUES (1,'a;b','DELIMITER ;;\n');
UNLOCK TABLES;
/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `companies_bi` BEFORE INSERT ON `companies` FOR EACH ROW BEGIN
  SET NEW.name = TRIM(NEW.name);
  SET NEW.rank = 1;
END */;;
DELIMITER ;

CREATE TABLE `jobs` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `company_id` bigint NOT NULL,
  `area_id` bigint DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `fk_company` (`company_id`),
  CONSTRAINT `fk_company` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE ON UPDATE RESTRICT,
  CONSTRAINT `fk_area` FOREIGN KEY (`area_id`) REFERENCES `master`.`areas` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
/*!50100 PARTITION BY KEY (id)
PARTITIONS 2 */;

SET @saved_cs_client     = @@character_set_client;
/*!50001 CREATE VIEW `open_jobs` AS SELECT
 1 AS `id`,
 1 AS `company`*/;
/*!50001 DROP VIEW IF EXISTS `open_jobs`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `open_jobs` AS select `jobs`.`id` AS `id`,`c`.`name` AS `company` from (`jobs` join `companies` `c` on((`c`.`id` = `jobs`.`company_id`))) */;
INSERT INTO `schema_migrations` (version) VALUES
('20240601093000'),
('20240501000000');
