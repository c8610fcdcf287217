ALTER TABLE lines ALTER owner TYPE uuid USING owner::uuid;
ALTER TABLE lines ADD CONSTRAINT owned FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE CASCADE;
ALTER TABLE "Kids" DROP CONSTRAINT "Kids_top_fkey";
ALTER TABLE tops ALTER id TYPE uuid USING id::uuid;
ALTER TABLE "Kids" ALTER top TYPE uuid USING top::uuid;
ALTER TABLE "Kids" ADD CONSTRAINT "Kids_top_fkey" FOREIGN KEY (top) REFERENCES tops (id);
