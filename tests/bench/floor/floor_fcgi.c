/* The floor of a REST answer: a FastCGI program that answers every request with the same JSON. */
#include <fcgiapp.h>

static const char ANSWER[] = "Status: 200 OK\r\n"
                             "Content-Type: application/json\r\n"
                             "Cache-Control: no-store\r\n\r\n"
                             "{\"count\":12,\"version\":1234567,\"padding\":\"constant answer\"}";

int main(void)
{
    FCGX_Request request;

    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return 1;
    while (FCGX_Accept_r(&request) == 0)
        FCGX_PutStr(ANSWER, sizeof ANSWER - 1, request.out);
    return 0;
}
