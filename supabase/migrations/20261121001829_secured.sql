-- Everything made until here is secured, see fuse.secure_schema.
select fuse.secure_schema();
