"""A TLS door before a plain server: tls_door.py CERTIFICATE BACKEND-PORT [CLIENT-AUTHORITY]

CERTIFICATE holds the key, too. With CLIENT-AUTHORITY, clients must show a certificate of it. Says
`listening PORT` on standard error, and ends when standard input does.
"""
import asyncio
import ssl
import sys


async def carry(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (OSError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def serve(certificate, backend, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if authority:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority)

    async def client(reader, writer):
        theirs, ours = await asyncio.open_connection("127.0.0.1", backend)
        await asyncio.gather(carry(reader, ours), carry(theirs, writer))

    server = await asyncio.start_server(client, "127.0.0.1", 0, ssl=context)
    print("listening", server.sockets[0].getsockname()[1], file=sys.stderr, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
