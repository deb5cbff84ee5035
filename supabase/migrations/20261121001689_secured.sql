-- Everything made until here is secured; every later migration that makes something ends with this call.
select fuse.secure_schema();
