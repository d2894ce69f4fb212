/** Where Nginx keeps what it can't hold in memory: `/tmp`, the one folder that a container of ours may write to. */
export const nginxTempPaths = `  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;`;
