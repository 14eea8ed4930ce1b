using System.Buffers;
using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class ClientOperationWriterTests
{
    private delegate int Write(Span<byte> destination);

    [Fact]
    public void Publishes_are_written_as_the_protocol_page_shows_them()
    {
        Assert.Equal("PUB FOO 11\r\n", Written(ClientOperationWriter.MeasurePublish("FOO", null, 0, 11), d => ClientOperationWriter.WritePublishHead(d, "FOO", null, 11)));
        Assert.Equal("PUB FRONT.DESK JOKE.22 11\r\n", Written(100, d => ClientOperationWriter.WritePublishHead(d, "FRONT.DESK", "JOKE.22", 11)));
        Assert.Equal("PUB NOTIFY 0\r\n", Written(100, d => ClientOperationWriter.WritePublishHead(d, "NOTIFY", (string?)null, 0)));
        Assert.Equal("PUB a _INBOX.x 1\r\n", Written(100, d => ClientOperationWriter.WritePublishHead(d, "a", "_INBOX.x"u8, 1)));
        Assert.Equal("PUB a 1\r\n", Written(100, d => ClientOperationWriter.WritePublishHead(d, "a", ReadOnlySpan<byte>.Empty, 1)));
        Assert.Equal("HPUB FOO 22 33\r\n", Written(100, d => ClientOperationWriter.WriteHeadersPublishHead(d, "FOO", null, 22, 11)));
        Assert.Equal("HPUB FRONT.DESK JOKE.22 45 56\r\n", Written(100, d => ClientOperationWriter.WriteHeadersPublishHead(d, "FRONT.DESK", "JOKE.22", 45, 11)));
        Assert.Equal("HPUB a r 12 12\r\n", Written(100, d => ClientOperationWriter.WriteHeadersPublishHead(d, "a", "r"u8, 12, 0)));
    }

    [Fact]
    public void Publishes_with_an_encoded_subject_are_written_the_same()
    {
        Assert.Equal("PUB a.b r 1\r\n", Written(100, d => ClientOperationWriter.WritePublishHead(d, "a.b"u8, "r"u8, 1)));
        Assert.Equal("PUB a.b 1\r\n", Written(100, d => ClientOperationWriter.WritePublishHead(d, "a.b"u8, default, 1)));
        Assert.Equal("HPUB a.b r 12 13\r\n", Written(100, d => ClientOperationWriter.WriteHeadersPublishHead(d, "a.b"u8, "r"u8, 12, 1)));
        Assert.Equal("HPUB a.b r ", Written(100, d => ClientOperationWriter.WritePublishVerb(d, "a.b", "r")));
        Assert.Equal("HPUB a.b ", Written(100, d => ClientOperationWriter.WritePublishVerb(d, "a.b", null)));
        Assert.Equal(
            ClientOperationWriter.MeasurePublish("a.b", null, 12, 100) + 3, ClientOperationWriter.MeasurePublish("a.b", "xyz"u8, 12, 100));
    }

    [Fact]
    public void Sizes_above_the_largest_number_are_not_written()
    {
        Assert.Throws<OverflowException>(() => ClientOperationWriter.MeasurePublish("a", null, int.MaxValue, int.MaxValue));
        Assert.Throws<OverflowException>(() => ClientOperationWriter.MeasurePublish("a", "r"u8, int.MaxValue, int.MaxValue));
        Assert.Throws<OverflowException>(() => ClientOperationWriter.WriteSizes(new byte[100], int.MaxValue, 1));
        Assert.Throws<ArgumentException>("destination", () => WireText.Write(new byte[2], 1234));
    }

    [Fact]
    public void Text_of_a_connect_has_no_credentials() =>
        Assert.Equal("CONNECT name= lang=.NET version=1 protocol=1", new ConnectInfo { Version = "1", User = "u", Password = "p" }.ToString());

    [Fact]
    public void Subscriptions_are_written_as_the_protocol_page_shows_them()
    {
        Assert.Equal("SUB FOO 1\r\n", Written(ClientOperationWriter.MeasureSubscribe("FOO", null), d => ClientOperationWriter.WriteSubscribe(d, "FOO", null, 1)));
        Assert.Equal("SUB BAR G1 44\r\n", Written(ClientOperationWriter.MeasureSubscribe("BAR", "G1"), d => ClientOperationWriter.WriteSubscribe(d, "BAR", "G1", 44)));
        Assert.Equal("UNSUB 1\r\n", Written(ClientOperationWriter.MaxUnsubscribe, d => ClientOperationWriter.WriteUnsubscribe(d, 1, 0)));
        Assert.Equal("UNSUB 1 5\r\n", Written(ClientOperationWriter.MaxUnsubscribe, d => ClientOperationWriter.WriteUnsubscribe(d, 1, 5)));
        Assert.Equal("PING\r\n"u8, ClientOperationWriter.Ping);
        Assert.Equal("PONG\r\n"u8, ClientOperationWriter.Pong);
    }

    [Fact]
    public void The_measure_is_enough_for_the_longest_numbers_and_letters()
    {
        const string Subject = "\u20ac.\ud83d\ude00.z";
        string publish = Written(
            ClientOperationWriter.MeasurePublish(Subject, Subject, int.MaxValue / 2, 0) - (int.MaxValue / 2),
            d => ClientOperationWriter.WriteHeadersPublishHead(d, Subject, Subject, int.MaxValue / 2, int.MaxValue / 2));

        Assert.Equal($"HPUB {Subject} {Subject} 1073741823 2147483646\r\n", publish);
        Assert.Equal(
            $"SUB {Subject} {Subject} {long.MaxValue}\r\n",
            Written(ClientOperationWriter.MeasureSubscribe(Subject, Subject), d => ClientOperationWriter.WriteSubscribe(d, Subject, Subject, long.MaxValue)));
        Assert.Equal(
            $"UNSUB {long.MaxValue} 999999999\r\n",
            Written(ClientOperationWriter.MaxUnsubscribe, d => ClientOperationWriter.WriteUnsubscribe(d, long.MaxValue, ClientOperationWriter.MaxUnsubscribeMessages)));
    }

    [Fact]
    public void A_maximum_that_servers_take_as_now_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("maxMessages", () => ClientOperationWriter.WriteUnsubscribe(new byte[100], 1, 1_000_000_000));

    [Fact]
    public void A_plain_connect_has_every_boolean_and_no_credentials()
    {
        Assert.Equal(
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":false,\"name\":\"n\",\"lang\":\".NET\",\"version\":\"1.2.3\",\"protocol\":1,\"echo\":true,\"headers\":true,\"no_responders\":true}\r\n",
            Connect(new ConnectInfo { Name = "n", Version = "1.2.3" }));
    }

    [Fact]
    public void A_connect_holds_exactly_the_credentials_that_are_set()
    {
        Assert.Contains("\"user\":\"u\",\"pass\":\"p\\\"\\r\\n\",\"lang\"", Connect(new ConnectInfo { User = "u", Password = "p\"\r\n" }), StringComparison.Ordinal);
        Assert.Contains("\"tls_required\":true,\"auth_token\":\"t\",\"lang\"", Connect(new ConnectInfo { AuthToken = "t", TlsRequired = true }), StringComparison.Ordinal);
        Assert.Contains("\"jwt\":\"j.w+t/x=\",\"nkey\":\"UA\",\"sig\":\"s-_\",\"lang\"", Connect(new ConnectInfo { Jwt = "j.w+t/x=", NKey = "UA", Signature = "s-_" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connect_stays_on_one_line_whatever_it_contains()
    {
        string line = Connect(new ConnectInfo { Name = "a\r\nPUB x 0\r\n\r\n\u2028\u0085", User = "\n", Lang = "\r", Version = "\u0000" });

        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(line.Length - 2, line.IndexOf('\r', StringComparison.Ordinal));
    }

    [Fact]
    public void The_text_of_a_connect_names_no_secret()
    {
        var info = new ConnectInfo { User = "canary", Password = "canary", AuthToken = "canary", Jwt = "canary", NKey = "canary", Signature = "canary", Name = "n" };

        Assert.DoesNotContain("canary", info.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", $"{info}", StringComparison.Ordinal);
    }

    private static string Connect(ConnectInfo info)
    {
        var writer = new ArrayBufferWriter<byte>();
        ClientOperationWriter.WriteConnect(writer, info);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    private static string Written(int capacity, Write write)
    {
        byte[] buffer = new byte[capacity];
        return Encoding.UTF8.GetString(buffer.AsSpan(0, write(buffer)));
    }
}
