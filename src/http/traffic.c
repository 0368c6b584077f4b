#include "http/traffic.h"

#include <string.h>

/* The kernel's own header: the C library's struct tcp_info ends before the byte counts. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* TCP_CLOSE and TCP_CLOSE_WAIT of the C library's netinet/tcp.h, which does not go with the header
 * above. */
#define STATE_CLOSE 7
#define STATE_CLOSE_WAIT 8

bool traffic_read(int fd, struct traffic *ret_traffic)
{
    struct tcp_info info;
    socklen_t size = sizeof(info);

    memset(&info, 0, sizeof(info));
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return false;
    ret_traffic->received_bytes = info.tcpi_bytes_received;
    ret_traffic->quiet_ms = info.tcpi_last_data_recv;
    ret_traffic->taken_bytes = info.tcpi_bytes_acked;
    ret_traffic->is_taken = info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0;
    ret_traffic->is_ended = info.tcpi_state == STATE_CLOSE_WAIT || info.tcpi_state == STATE_CLOSE;
    return true;
}
