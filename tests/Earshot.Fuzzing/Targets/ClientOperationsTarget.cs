using Earshot.Fuzzing.Engine;
using Earshot.Protocol;

namespace Earshot.Fuzzing.Targets;

/// <summary>The operations of a client, as the in-process server reads them.</summary>
internal sealed class ClientOperationsTarget : IFuzzTarget
{
    public string Name => "client-operations";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        "\u0001CONNECT {\"verbose\":false}\r\nPING\r\nSUB foo.* q 1\r\nPUB foo.a r 5\r\nhello\r\nUNSUB 1 5\r\n",
        "\u0005HPUB a 12 14\r\nNATS/1.0\r\n\r\nhi\r\nPONG\r\nUNSUB 7\r\nSUB > 2\r\n");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of("PUB ", "HPUB ", "SUB ", "UNSUB ", "PING\r\n", "PONG\r\n", "CONNECT {}\r\n", "INFO {}\r\n", "+OK\r\n", "-ERR 'x'\r\n", "\r\n", "\t", "PUB a 1\r\nx\r\n");

    public void Run(ReadOnlySpan<byte> input) => PiecewiseRead.Check(input, static () =>
    {
        var reader = new ClientOperationReader(ProtocolLimits.Default);
        return (ReadOnlySpan<byte> buffer, ref HashCode digest, out int consumed, out int needed) =>
        {
            bool isRead = reader.TryRead(buffer, out ClientOperation operation, out consumed);
            needed = reader.BytesNeeded;
            if (isRead)
            {
                digest.Add(HashCode.Combine(operation.Kind, operation.MaxMessages, operation.Subject.Length, operation.ReplyTo.Length, operation.QueueGroup.Length, operation.Sid.Length, operation.Headers.Length));
                digest.AddBytes(operation.Subject);
                digest.AddBytes(operation.ReplyTo);
                digest.AddBytes(operation.QueueGroup);
                digest.AddBytes(operation.Sid);
                digest.AddBytes(operation.Headers);
                digest.AddBytes(operation.Payload);
                digest.AddBytes(operation.Json);
            }

            return isRead;
        };
    });
}
