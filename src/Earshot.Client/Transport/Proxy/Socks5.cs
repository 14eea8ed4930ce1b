using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Earshot.Transport;

/// <summary>Asks a SOCKS 5 proxy for a connection (RFC 1928, with RFC 1929 for a user). Reads not one byte beyond its answer.</summary>
internal static class Socks5
{
    private const byte Version = 5;
    private const byte ByUser = 2;

    /// <exception cref="IOException">The proxy refuses; the text has its reason.</exception>
    public static async ValueTask AskAsync(ITransport transport, TransportTarget target, (string User, string Password)? credentials)
    {
        byte method = credentials is null ? (byte)0 : ByUser;
        await transport.SendAsync(new byte[] { Version, 1, method }).ConfigureAwait(false);
        byte[] chosen = await ReadAsync(transport, 2).ConfigureAwait(false);
        if (chosen[0] != Version || chosen[1] != method)
        {
            throw new IOException(chosen[0] == Version ? "The SOCKS proxy requires an unsupported authentication method." : "The peer is not a SOCKS 5 proxy.");
        }

        if (credentials is { } known)
        {
            await transport.SendAsync((byte[])[1, .. Text(known.User), .. Text(known.Password)]).ConfigureAwait(false);
            if ((await ReadAsync(transport, 2).ConfigureAwait(false))[1] != 0)
            {
                throw new IOException("The SOCKS proxy rejected the credentials.");
            }
        }

        byte[] port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)target.Port);
        await transport.SendAsync((byte[])[Version, 1, 0, .. Address(target.Host), .. port]).ConfigureAwait(false);
        byte[] answer = await ReadAsync(transport, 4).ConfigureAwait(false);
        if (answer[1] != 0)
        {
            throw new IOException($"The SOCKS proxy rejected the connection to {target.Host}:{target.Port} (code {answer[1]}).");
        }

        int length = answer[3] switch
        {
            1 => 4,
            4 => 16,
            _ => (await ReadAsync(transport, 1).ConfigureAwait(false))[0],
        };
        await ReadAsync(transport, length + 2).ConfigureAwait(false);
    }

    private static byte[] Address(string host)
    {
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            return [3, .. Text(host)];
        }

        byte[] bytes = address.GetAddressBytes();
        return [bytes.Length == 4 ? (byte)1 : (byte)4, .. bytes];
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= 255 ? [(byte)bytes.Length, .. bytes] : throw new IOException("A SOCKS host name, user name or password is longer than 255 bytes.");
    }

    private static async ValueTask<byte[]> ReadAsync(ITransport transport, int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int received = await transport.ReceiveAsync(bytes.AsMemory(at)).ConfigureAwait(false);
            at += received > 0 ? received : throw new IOException("The SOCKS proxy closed the connection.");
        }

        return bytes;
    }
}
