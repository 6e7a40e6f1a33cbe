/* A Modbus/TCP server on libmodbus, as a well-behaved device: mbserver ADDRESS PORT [LIMIT [RESET_AFTER]]
 *   LIMIT        with so many connections open, a further one is accepted and closed at once (0: no limit)
 *   RESET_AFTER  a connection that sends one request more than this is aborted with RST (0: never)
 * 200 coils, discrete inputs, holding and input registers from address 0. Any unit is answered.
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REGISTERS = 200, MOST = 64 };

static void fill(modbus_mapping_t *map)
{
    for (int i = 0; i < REGISTERS; i++) {
        map->tab_registers[i] = (uint16_t)(2150 + i * 37 % 900);
        map->tab_input_registers[i] = (uint16_t)(480 + i * 53 % 700);
        map->tab_bits[i] = i % 3 == 0;
        map->tab_input_bits[i] = i % 5 < 2;
    }
}

static void abort_connection(int fd)
{
    struct linger now = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: mbserver ADDRESS PORT [LIMIT [RESET_AFTER]]\n");
        return 2;
    }
    int limit = argc > 3 ? atoi(argv[3]) : 0, reset_after = argc > 4 ? atoi(argv[4]) : 0;
    modbus_t *context = modbus_new_tcp_pi(argv[1], argv[2]);
    modbus_mapping_t *map = modbus_mapping_new(REGISTERS, REGISTERS, REGISTERS, REGISTERS);
    int listener = context && map ? modbus_tcp_pi_listen(context, MOST) : -1;
    if (listener < 0) {
        fprintf(stderr, "mbserver: %s\n", modbus_strerror(errno));
        return 1;
    }
    fill(map);
    printf("ready\n");
    fflush(stdout);

    int open_connections = 0, requests[FD_SETSIZE] = {0};
    fd_set watched;
    FD_ZERO(&watched);
    FD_SET(listener, &watched);
    for (;;) {
        fd_set ready = watched;
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0)
            return 1;
        for (int fd = 0; fd < FD_SETSIZE; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd == listener) {
                int connection = accept(listener, NULL, NULL);
                if (connection < 0)
                    continue;
                if (connection >= FD_SETSIZE || (limit && open_connections >= limit)) {
                    close(connection);
                    continue;
                }
                open_connections++;
                requests[connection] = 0;
                FD_SET(connection, &watched);
                continue;
            }
            uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
            modbus_set_socket(context, fd);
            int octets = modbus_receive(context, request);
            if (octets > 0 && !(reset_after && ++requests[fd] > reset_after)) {
                map->tab_input_registers[0]++;
                modbus_reply(context, request, octets, map);
                continue;
            }
            if (octets == 0)
                continue;
            FD_CLR(fd, &watched);
            open_connections--;
            if (octets > 0)
                abort_connection(fd);
            else
                close(fd);
        }
    }
}
