using System.Buffers.Text;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Earshot.Cli.Doctor;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>The rules, without a server and with a given time.</summary>
public sealed class RulesTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CredentialFacts s_none = new(CredentialKind.None, null, null);

    [Theory]
    [InlineData("", nameof(PortKind.Silent))]
    [InlineData("INFO {\"server_name\":\"a\"} \r\n", nameof(PortKind.Client))]
    [InlineData("INFO {\"gateway\":\"a\"} \r\n", nameof(PortKind.Gateway))]
    [InlineData("INFO {\"route_pool_size\":3,\"leafnode_urls\":[]} \r\n", nameof(PortKind.Route))]
    [InlineData("INFO {\"info_on_connect\":true,\"leafnode_urls\":[]} \r\n", nameof(PortKind.LeafNode))]
    [InlineData("INFO {\"server_name\"", nameof(PortKind.Other))]
    [InlineData("INFO [] \r\n", nameof(PortKind.Other))]
    [InlineData("-ERR 'no'\r\n", nameof(PortKind.Error))]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n", nameof(PortKind.WebSocket))]
    [InlineData("HTTP/1.1 200 OK\r\n", nameof(PortKind.Http))]
    [InlineData(" \u0002\0\u0001", nameof(PortKind.Mqtt))]
    [InlineData("\u0015\u0003\u0001\0\u0002", nameof(PortKind.Tls))]
    [InlineData("SSH-2.0-x\r\n", nameof(PortKind.Ssh))]
    [InlineData("220 mail\r\n", nameof(PortKind.Other))]
    public void Port_is_recognised_by_its_first_bytes(string heard, string kind) => Assert.Equal(kind, PortRules.Of(Encoding.UTF8.GetBytes(heard)).ToString());

    [Fact]
    public void Error_is_found_behind_INFO()
    {
        Assert.Equal("maximum connections exceeded", PortRules.ErrorIn("INFO {} \r\n-ERR 'maximum connections exceeded'\r\n"u8));
        Assert.Null(PortRules.ErrorIn("INFO {} \r\nPING\r\n"u8));
    }

    [Theory]
    [InlineData(-1, -400, X509ChainStatusFlags.NotTimeValid, "expiredCertificate", "expired 24 hours ago, on 2029-12-31: renew it")]
    [InlineData(400, 1, X509ChainStatusFlags.NotTimeValid, "certificateNotYetValid", "valid from 2030-01-02T12:00:00Z on: check the clocks")]
    [InlineData(400, -1, X509ChainStatusFlags.NotTimeValid, "expiredAuthority", "A certificate above 'CN=server' in the chain has expired")]
    [InlineData(400, -1, X509ChainStatusFlags.Revoked, "revokedCertificate", "is revoked: replace it")]
    [InlineData(400, -1, X509ChainStatusFlags.PartialChain, "unknownAuthority", "issued by 'CN=authority', which this machine does not trust")]
    public void Chain_of_a_certificate_is_judged_by_a_given_time(int endInDays, int startInDays, X509ChainStatusFlags chain, string cause, string advice)
    {
        Finding? refusal = CertificateRules.Refusal(Certificate(endInDays, startInDays) with { Errors = SslPolicyErrors.RemoteCertificateChainErrors, Chain = chain }, s_now);
        Assert.Equal((ExitCode.Tls, cause), (refusal?.ExitCode, refusal?.Cause));
        Assert.Contains(advice, refusal?.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_that_ends_soon_is_a_reminder()
    {
        Assert.Null(CertificateRules.Reminder(Certificate(15, -1), s_now));
        Assert.Equal("renew the certificate of the server, which expires on 2030-01-14.", CertificateRules.Reminder(Certificate(13, -1), s_now));
    }

    [Fact]
    public void Jwt_is_decoded_without_its_text()
    {
        string claims = $"{{\"exp\":{s_now.AddDays(-5).ToUnixTimeSeconds()},\"iss\":\"AISSUER\",\"name\":\"alice\",\"sub\":\"UUSER\",\"nats\":{{\"issuer_account\":\"AACCOUNT\",\"sub\":{{\"deny\":[\"a\",\"b\"]}}}}}}";
        var facts = JwtFacts.Read($"h.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.s");
        Assert.Equal(("alice", "UUSER", "AACCOUNT", "subscribe all except a b"), (facts?.Name, facts?.User, facts?.Account, facts?.Permissions));
        Assert.Equal("JWT of 'alice', expired 2029-12-27T12:00:00Z (5 days ago), subscribe all except a b", facts?.Describe(s_now));
        Assert.Null(JwtFacts.Read("no.jwt"));
        Assert.Null(JwtFacts.Read("a.!!!.c"));
        Assert.Null(JwtFacts.Read($"h.{Base64Url.EncodeToString("""{"name":"\ud800"}"""u8)}.s"));
    }

    [Theory]
    [InlineData(NatsConnectPhase.Dns, ExitCode.Name)]
    [InlineData(NatsConnectPhase.Tcp, ExitCode.Unreachable)]
    [InlineData(NatsConnectPhase.WebSocket, ExitCode.NotNats)]
    [InlineData(NatsConnectPhase.Tls, ExitCode.Tls)]
    [InlineData(NatsConnectPhase.Info, ExitCode.NotNats)]
    [InlineData(NatsConnectPhase.Authentication, ExitCode.Authentication)]
    public void Failed_attempt_without_an_error_of_the_server_is_judged_by_its_phase(NatsConnectPhase phase, int code)
    {
        Exception exception = phase is NatsConnectPhase.Dns or NatsConnectPhase.Tcp ? new SocketException((int)SocketError.HostNotFound) : new IOException("lost");
        Finding finding = LoginRules.Of(phase, exception, s_none, null, s_now);
        Assert.Equal(code, finding.ExitCode);
        Assert.EndsWith(".", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Server_that_hangs_at_the_login_has_refused_nothing()
    {
        Finding finding = LoginRules.Of(NatsConnectPhase.Authentication, new TimeoutException("No response within 5 s."), s_none, null, s_now);
        Assert.Equal((ExitCode.NotNats, "silentAtLogin"), (finding.ExitCode, finding.Cause));
        Assert.Contains("does not answer", finding.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("User Authentication Expired", ExitCode.Authentication, "expiredCredentials")]
    [InlineData("User Authentication Revoked", ExitCode.Authentication, "revokedCredentials")]
    [InlineData("Authentication Timeout", ExitCode.Authentication, "authenticationTimeout")]
    [InlineData("maximum connections exceeded", ExitCode.Refused, "fullServer")]
    [InlineData("maximum account active connections exceeded", ExitCode.Refused, "fullAccount")]
    [InlineData("Connection throttling is active. Please try again later.", ExitCode.Refused, "throttled")]
    [InlineData("maximum control line exceeded", ExitCode.Refused, "controlLine")]
    [InlineData("something new", ExitCode.Refused, "refused")]
    public void Error_of_the_server_has_its_class(string text, int code, string cause)
    {
        Finding finding = LoginRules.Of(NatsConnectPhase.Authentication, new NatsServerException(text), s_none, null, s_now);
        Assert.Equal((code, cause), (finding.ExitCode, finding.Cause));
    }

    [Fact]
    public void Secrets_and_control_characters_are_removed_from_texts_and_facts()
    {
        var opts = new NatsOpts
        {
            Url = "nats://alice:p%40ssword@a,nats://s3cret-token@b",
            AuthOpts = new NatsAuthOpts { Password = "long-password", Seed = "SUSEED" },
        };
        var printable = Printable.Of(opts, "eyJ.jwt.text");
        Assert.Equal("*** *** *** *** *** alice", printable.Text("p@ssword s3cret-token long-password SUSEED eyJ.jwt.text alice"));
        Assert.Equal(@"a\u001b[31mb\u202ec\n", printable.Text("a\u001b[31mb\u202ec\n"));
        Assert.True(printable.Text(new string('x', 5000)).Length < 1100);
        JsonObject facts = printable.Of(new JsonObject { ["a\u0007"] = new JsonArray("long-password", 1, null), ["b"] = null });
        Assert.Equal("""{"a\\u0007":["***",1,null]}""", facts.ToJsonString());
    }

    [Fact]
    public void Names_of_facts_that_are_equal_when_they_are_shown_are_one()
    {
        string name = new('x', 1000);
        JsonObject facts = new Printable([]).Of(new JsonObject { [name + "1"] = 1, [name + "2"] = 2 });
        Assert.Equal($$"""{"{{name}}...":2}""", facts.ToJsonString());
    }

    private static CertificateFacts Certificate(int endInDays, int startInDays) => new()
    {
        Host = "nats.example",
        Subject = "CN=server",
        Issuer = "CN=authority",
        NotBefore = s_now.AddDays(startInDays),
        NotAfter = s_now.AddDays(endInDays),
    };
}
