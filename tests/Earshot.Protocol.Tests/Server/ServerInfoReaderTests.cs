using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class ServerInfoReaderTests
{
    private const string First =
        "{\"server_id\":\"NCMK\",\"server_name\":\"n1\",\"version\":\"2.15.1\",\"proto\":1,\"go\":\"go1.27.2\",\"host\":\"127.0.0.1\",\"port\":24001,\"headers\":true,\"max_payload\":1048576,\"client_id\":6,\"client_ip\":\"127.0.0.1\",\"api_lvl\":5,\"xkey\":\"XBBB\"}";

    public static TheoryData<string> Malformed =>
    [
        "", " ", "{bad", "{", "[]", "null", "\"x\"", "5", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} x", "{\"a\":1}{}", "{a:1}", "{\"a\":1,}",
        "{\"max_payload\":\"x\"}", "{\"max_payload\":1.5}", "{\"max_payload\":null}", "{\"max_payload\":1e400}", "{\"max_payload\":99999999999999999999}",
        "{\"client_id\":-1}", "{\"connect_urls\":5}", "{\"connect_urls\":{}}", "{\"server_id\":5}", "{\"server_id\":null}", "{\"ldm\":1}", "{\"headers\":\"true\"}",
        "{\"server_id\":\"\\ud800\"}", "{\"x\":" + new string('[', 5000), "{\"x\":[[[[[[[[1]]]]]]]]}",
    ];

    [Fact]
    public void The_first_info_of_a_bare_server_is_read()
    {
        NatsServerInfo info = Parse(First);

        Assert.Equal(
            new NatsServerInfo
            {
                Id = "NCMK",
                Name = "n1",
                Version = "2.15.1",
                ProtocolVersion = 1,
                GoVersion = "go1.27.2",
                Host = "127.0.0.1",
                Port = 24001,
                HeadersSupported = true,
                MaxPayload = 1048576,
                ClientId = 6,
                ClientIp = "127.0.0.1",
                ApiLevel = 5,
                XKey = "XBBB",
            },
            info);
        Assert.False(info.JetStreamAvailable);
        Assert.Null(info.ClientConnectUrls);
    }

    [Fact]
    public void The_info_that_answers_connect_is_read()
    {
        NatsServerInfo info = Parse(First[..^1] + ",\"connect_info\":true,\"remote_account\":\"$G\",\"acc_is_sys\":true}");

        Assert.True(info.IsConnectInfo);
        Assert.True(info.IsSystemAccount);
        Assert.Equal("$G", info.RemoteAccount);
    }

    [Fact]
    public void Every_other_field_is_read()
    {
        NatsServerInfo info = Parse(
            "{\"git_commit\":\"abc\",\"auth_required\":true,\"tls_required\":true,\"tls_verify\":true,\"tls_available\":true,\"jetstream\":true,\"nonce\":\"n\",\"cluster\":\"c\","
            + "\"cluster_dynamic\":true,\"domain\":\"d\",\"connect_urls\":[\"127.0.0.1:24011\",\"pub.example.com:5555\",\"[::1]:4222\"],\"ws_connect_urls\":[\"w:1\"],\"ldm\":true,\"ip\":\"x\",\"compression\":\"s2\"}");

        Assert.Equal(("abc", "n", "c", "d"), (info.GitCommit, info.Nonce, info.Cluster, info.Domain));
        Assert.True(info.AuthRequired && info.TlsRequired && info.TlsVerify && info.TlsAvailable && info.JetStreamAvailable && info.ClusterDynamic && info.LameDuckMode);
        Assert.Equal(["127.0.0.1:24011", "pub.example.com:5555", "[::1]:4222"], info.ClientConnectUrls!);
        Assert.Equal(["w:1"], info.WebSocketConnectUrls!);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void An_info_that_is_none_is_a_violation(string json)
    {
        NatsProtocolViolationException exception = Assert.Throws<NatsProtocolViolationException>(() => Parse(json));

        Assert.Equal(ProtocolViolation.MalformedInfo, exception.Violation);
        Assert.InRange(exception.Excerpt.Length, 0, 64);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_a_violation() =>
        Assert.Throws<NatsProtocolViolationException>(() => ServerInfoReader.Parse([.. "{\"server_id\":\""u8, 0xFF, .. "\"}"u8]));

    [Theory]
    [InlineData("1099511627776", int.MaxValue)]
    [InlineData("-1", -1)]
    [InlineData("0", 0)]
    public void P67_a_payload_limit_is_clamped_to_the_range_of_int(string number, int expected) =>
        Assert.Equal(expected, Parse($"{{\"max_payload\":{number}}}").MaxPayload);

    [Fact]
    public void P68_of_duplicate_keys_the_last_one_wins() =>
        Assert.Equal(2, Parse("{\"max_payload\":1,\"max_payload\":2}").MaxPayload);

    [Fact]
    public void P69_of_a_hundred_thousand_urls_the_first_1024_texts_are_kept()
    {
        string urls = string.Join(',', Enumerable.Range(0, 100_000).Select(i => i % 3 == 0 ? "[5]" : $"\"h{i}:1\""));

        NatsServerInfo read = Parse($"{{\"connect_urls\":[{urls}],\"port\":7}}");

        Assert.Equal(1024, read.ClientConnectUrls!.Length);
        Assert.Equal("h1:1", read.ClientConnectUrls[0]);
        Assert.Equal(7, read.Port);
    }

    [Fact]
    public void Unknown_fields_and_a_null_list_are_no_news() =>
        Assert.Equal(new NatsServerInfo { Port = 1 }, Parse("{\"new\":{\"a\":[{\"b\":null}]},\"connect_urls\":null,\"port\":1}"));

    [Fact]
    public void The_text_of_an_info_holds_no_nonce() =>
        Assert.DoesNotContain("canary", Parse("{\"nonce\":\"canary\"}").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Texts_that_a_server_sends_to_every_client_are_stored_once()
    {
        NatsServerInfo one = Parse("{\"server_id\":\"SHARED\",\"port\":4222,\"client_id\":1,\"nonce\":\"a\",\"connect_urls\":[\"a:1\",\"b:2\"]}");
        NatsServerInfo other = Parse("{\"server_id\":\"SHARED\",\"port\":4222,\"client_id\":2,\"nonce\":\"b\",\"connect_urls\":[\"a:1\",\"b:2\"]}");
        Assert.Same(one.Id, other.Id);
        Assert.NotEqual(one, other);
        Assert.Equal(one, other with { ClientId = 1, Nonce = "a" });
        Assert.Equal((1UL, "a", 2UL, "b"), (one.ClientId, one.Nonce, other.ClientId, other.Nonce));
    }

    [Fact]
    public void Arrays_returned_by_server_info_are_copies()
    {
        NatsServerInfo one = Parse("{\"server_id\":\"LISTED\",\"connect_urls\":[\"a:1\"]}");
        one.ClientConnectUrls![0] = "evil:1";
        Assert.Equal(["a:1"], one.ClientConnectUrls!);
        Assert.Equal(["a:1"], Parse("{\"server_id\":\"LISTED\",\"connect_urls\":[\"a:1\"]}").ClientConnectUrls!);
        Assert.Equal(("OTHER", "LISTED"), ((one with { Id = "OTHER" }).Id, one.Id));
        Assert.NotEqual(one, Parse("{\"server_id\":\"LISTED\",\"connect_urls\":[\"a:2\"]}"));
    }

    private static NatsServerInfo Parse(string json) => ServerInfoReader.Parse(Encoding.UTF8.GetBytes(json));
}
