ALTER TABLE "User" ALTER COLUMN "role" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "User" ALTER COLUMN "role" SET DEFAULT 'USER'::text;--> statement-breakpoint
ALTER TABLE "User" ALTER COLUMN "roles" SET DATA TYPE text[];--> statement-breakpoint
ALTER TABLE "User" ALTER COLUMN "roles" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "other" ALTER COLUMN "r" SET DATA TYPE text;--> statement-breakpoint
DROP TYPE "public"."Role";--> statement-breakpoint
CREATE TYPE "public"."Role" AS ENUM('USER', 'ADMIN');--> statement-breakpoint
ALTER TABLE "User" ALTER COLUMN "role" SET DEFAULT 'USER'::"public"."Role";--> statement-breakpoint
ALTER TABLE "User" ALTER COLUMN "role" SET DATA TYPE "public"."Role" USING "role"::"public"."Role";--> statement-breakpoint
ALTER TABLE "User" ALTER COLUMN "roles" SET DATA TYPE "public"."Role"[] USING "roles"::"public"."Role"[];--> statement-breakpoint
ALTER TABLE "other" ALTER COLUMN "r" SET DATA TYPE "public"."Role" USING "r"::"public"."Role";
