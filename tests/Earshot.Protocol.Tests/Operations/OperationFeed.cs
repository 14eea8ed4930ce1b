using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>Feeds bytes to a reader in pieces and writes down what came out, so that ways of cutting can be compared.</summary>
internal static class OperationFeed
{
    public const string Violation = "X";

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    /// <summary>The operations one per line; "X" last where the reader refused; "..." last where bytes are left over.</summary>
    public static string ReadServer(byte[] bytes, IEnumerable<int> cuts, ProtocolLimits? limits = null)
    {
        var reader = new ServerOperationReader(limits ?? ProtocolLimits.Default);
        return Feed(bytes, cuts, (ReadOnlySpan<byte> buffer, out string text, out int consumed, out int needed) =>
        {
            bool read = reader.TryRead(buffer, out ServerOperation operation, out consumed);
            text = read ? Describe(operation) : string.Empty;
            needed = reader.BytesNeeded;
            return read;
        });
    }

    public static string ReadClient(byte[] bytes, IEnumerable<int> cuts, ProtocolLimits? limits = null)
    {
        var reader = new ClientOperationReader(limits ?? ProtocolLimits.Default);
        return Feed(bytes, cuts, (ReadOnlySpan<byte> buffer, out string text, out int consumed, out int needed) =>
        {
            bool read = reader.TryRead(buffer, out ClientOperation operation, out consumed);
            text = read ? Describe(operation) : string.Empty;
            needed = reader.BytesNeeded;
            return read;
        });
    }

    public static string Describe(in ServerOperation operation) => operation.Kind switch
    {
        ServerOperationKind.Message when operation.HasHeaders =>
            $"HMSG|{Text(operation.Subject)}|{operation.Sid}|{Text(operation.ReplyTo)}|{Text(operation.Headers)}|{Text(operation.Payload)}",
        ServerOperationKind.Message => $"MSG|{Text(operation.Subject)}|{operation.Sid}|{Text(operation.ReplyTo)}|{Text(operation.Payload)}",
        ServerOperationKind.Info or ServerOperationKind.Error => $"{operation.Kind}|{Text(operation.Text)}",
        _ => operation.Kind.ToString(),
    };

    public static string Describe(in ClientOperation operation) => operation.Kind switch
    {
        ClientOperationKind.Publish => $"PUB|{Text(operation.Subject)}|{Text(operation.ReplyTo)}|{Text(operation.Payload)}",
        ClientOperationKind.HeadersPublish => $"HPUB|{Text(operation.Subject)}|{Text(operation.ReplyTo)}|{Text(operation.Headers)}|{Text(operation.Payload)}",
        ClientOperationKind.Subscribe => $"SUB|{Text(operation.Subject)}|{Text(operation.QueueGroup)}|{Text(operation.Sid)}",
        ClientOperationKind.Unsubscribe => $"UNSUB|{Text(operation.Sid)}|{operation.MaxMessages}",
        ClientOperationKind.Connect or ClientOperationKind.Info or ClientOperationKind.Error => $"{operation.Kind}|{Text(operation.Json)}",
        _ => operation.Kind.ToString(),
    };

    public static IEnumerable<int> OneByOne(byte[] bytes) => Enumerable.Range(1, bytes.Length);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private delegate bool TryReadNext(ReadOnlySpan<byte> buffer, out string text, out int consumed, out int needed);

    // Each cut is the number of bytes that have arrived by then; the whole always arrives last.
    private static string Feed(byte[] bytes, IEnumerable<int> cuts, TryReadNext tryRead)
    {
        var lines = new List<string>();
        int start = 0;
        int needed = 1;
        foreach (int arrived in cuts.Append(bytes.Length))
        {
            while (arrived - start >= needed)
            {
                Span<byte> buffer = bytes.AsSpan(start, arrived - start);
                try
                {
                    if (!tryRead(buffer, out string? text, out int consumed, out needed))
                    {
                        Assert.True(needed > buffer.Length, "A reader that requests no more bytes would be called endlessly.");
                        break;
                    }

                    Assert.InRange(consumed, 1, buffer.Length);
                    lines.Add(text);
                    start += consumed;
                    needed = 1;
                }
                catch (NatsProtocolViolationException exception)
                {
                    Assert.True(exception.Excerpt.Length <= 64);
                    lines.Add(Violation);
                    return string.Join('\n', lines);
                }
            }
        }

        if (start < bytes.Length)
        {
            lines.Add("...");
        }

        return string.Join('\n', lines);
    }
}
