using Earshot.Fuzzing.Engine;
using Earshot.Protocol;

namespace Earshot.Fuzzing.Targets;

/// <summary>The operations of a server, as the client reads them.</summary>
internal sealed class ServerOperationsTarget : IFuzzTarget
{
    public string Name => "server-operations";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        "\u0001INFO {\"max_payload\":1} \r\nPING\r\nMSG foo.bar 12 5\r\nhello\r\n+OK\r\n",
        "\u0003HMSG a 3 r 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n-ERR 'Stale Connection'\r\nPONG\r\n",
        "\u0007MSG a 1 1\r\nx\r\nMSG a 1 12\r\nhello, world\r\nMSG a 1 0\r\n\r\n");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of("MSG ", "HMSG ", "PING\r\n", "PONG\r\n", "+OK\r\n", "-ERR '", "INFO {}\r\n", "\r\n", "\t", "NATS/1.0\r\n\r\n", "MSG a 1 1\r\nx\r\n");

    public void Run(ReadOnlySpan<byte> input) => PiecewiseRead.Check(input, static () =>
    {
        var reader = new ServerOperationReader(ProtocolLimits.Default);
        return (ReadOnlySpan<byte> buffer, ref HashCode digest, out int consumed, out int needed) =>
        {
            bool isRead = reader.TryRead(buffer, out ServerOperation operation, out consumed);
            needed = reader.BytesNeeded;
            if (isRead)
            {
                digest.Add(HashCode.Combine(operation.Kind, operation.HasHeaders, operation.Sid, operation.Subject.Length, operation.ReplyTo.Length, operation.Headers.Length));
                digest.AddBytes(operation.Subject);
                digest.AddBytes(operation.ReplyTo);
                digest.AddBytes(operation.Headers);
                digest.AddBytes(operation.Payload);
                digest.AddBytes(operation.Text);
            }

            return isRead;
        };
    });
}
