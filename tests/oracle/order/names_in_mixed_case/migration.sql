ALTER TABLE "Tab le" RENAME "Val" TO "New Val"; ALTER INDEX "Ix" RENAME TO "Iy"; CREATE INDEX "Ix" ON public."Tab le" ("New Val" DESC); ALTER TABLE "Tab le" ALTER "New Val" SET DEFAULT 4;
