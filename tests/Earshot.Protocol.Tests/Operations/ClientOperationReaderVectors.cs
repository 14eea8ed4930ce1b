using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>What a client may send and what must come of it: "X" is a protocol violation, "..." are bytes that wait for more.</summary>
internal static class ClientOperationReaderVectors
{
    public static TheoryData<string, string> All => new()
    {
        { "PUB foo 5\r\nhello\r\n", "PUB|foo||hello" },
        { "pub\tfoo  bar \t5 \r\nhello\r\n", "PUB|foo|bar|hello" },
        { "PUB foo 000000002\nhi\r\n", "PUB|foo||hi" },
        { "PUB foo 0\r\n\r\nPING\r\n", "PUB|foo||\nPing" },
        { "HPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", "HPUB|foo||NATS/1.0\r\n\r\n|hi" },
        { "HPUB foo r 0 2\r\nhi\r\n", "HPUB|foo|r||hi" },
        { "SUB foo 1\r\nSUB foo q abc-Z\r\n", "SUB|foo||1\nSUB|foo|q|abc-Z" },
        { "UNSUB 1\r\nUNSUB 1 5\r\nUNSUB 1 x\r\n", "UNSUB|1|0\nUNSUB|1|5\nUNSUB|1|0" },
        { "UNSUB 1 999999999\r\nUNSUB 1 1000000000\r\n", "UNSUB|1|999999999\nUNSUB|1|0" },
        { "PING\r\nPONG whatever\r\nPINGPING\r\n", "Ping\nPong\nPing" },
        { "CONNECT {\"verbose\":false}\r\n", "Connect|{\"verbose\":false}" },
        { "INFO {}\r\n+OK\r\n-ERR 'x'\r\n", "Info|{}\nOk\nError|'x'" },
        { "FOO\r\n", "X" },
        { "\r\n", "X" },
        { "MSG foo 1 0\r\n\r\n", "X" },
        { "RS+ foo\r\n", "X" },
        { "PUB foo\r\n", "X" },
        { "PUB foo a b 5\r\nhello\r\n", "X" },
        { "PUB foo -1\r\n", "X" },
        { "PUB foo +1\r\nx\r\n", "X" },
        { "PUB foo 1234567890\r\n", "X" },
        { "PUB foo 2\r\nhello\r\n", "X" },
        { "PUB foo 5\r\nhello\n", "..." },
        { "PUB foo 5\r\nhello\n\n", "X" },
        { "SUB foo\r\n", "X" },
        { "SUB foo q x 1\r\n", "X" },
        { "UNSUB\r\n", "X" },
        { "UNSUB 1 2 3\r\n", "X" },
        { "HPUB foo 10 5\r\nhello\r\n", "X" },
        { "HPUB foo 5\r\nhello\r\n", "X" },
        { "PUBL foo 0\r\n\r\n", "X" },
        { "PUB\rfoo 0\r\n\r\n", "X" },
        { "PUB\rfoo", "X" },
        { "PUB\r", "..." },
        { "PUB foo\r 0\r\n\r\n", "X" },
        { "UNSU", "..." },
        { "SUB foo 1", "..." },
        { "PUB foo 5\r\nhel", "..." },
    };
}
