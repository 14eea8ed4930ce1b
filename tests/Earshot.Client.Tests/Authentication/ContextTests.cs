using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class ContextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-context-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Contexts_become_options()
    {
        Write("prod", """
            {"description":"x","url":"tls://a:1,tls://b:2","user":"ann","password":"c4n4ry","creds":"/c.creds","cert":"/c.pem","key":"/k.pem",
             "ca":"/ca.pem","tls_first":true,"inbox_prefix":"_PROD","socks_proxy":"socks5://p:9","nsc":"","jetstream_domain":"hub"}
            """);
        var opts = NatsOpts.FromContext("prod", _folder);
        Assert.Equal(("tls://a:1,tls://b:2", "_PROD", new Uri("socks5://p:9")), (opts.Url, opts.InboxPrefix, opts.ProxyUrl));
        Assert.Equal(new NatsAuthOpts { Username = "ann", Password = "c4n4ry", CredsFile = "/c.creds", IsFromContext = true }, opts.AuthOpts);
        Assert.Equal(new NatsTlsOpts { CertFile = "/c.pem", KeyFile = "/k.pem", CaFile = "/ca.pem", Mode = TlsMode.Implicit }, opts.TlsOpts);
        Assert.DoesNotContain("c4n4ry", $"{opts} {opts.AuthOpts} {opts.TlsOpts}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_selected_context_is_the_default_and_what_it_omits_stays_default()
    {
        File.WriteAllText(Path.Combine(_folder, "context.txt"), "dev\n");
        Write("dev", """{"token":"t","creds":"~/x.creds"}""");
        var opts = NatsOpts.FromContext(folder: _folder);
        Assert.Equal("t", opts.AuthOpts.Token);
        Assert.DoesNotContain('~', opts.AuthOpts.CredsFile!);
        Assert.Equal(NatsOpts.Default.Url, opts.Url);
    }

    [Theory]
    [InlineData("""{"token": c4n4ry}""", "not JSON")]
    [InlineData("""["c4n4ry"]""", "not a JSON object")]
    [InlineData("""{"token":["c4n4ry"]}""", "'token'")]
    [InlineData("""{"nsc":"nsc://c4n4ry"}""", "'nsc'")]
    public void Errors_of_damaged_contexts_name_the_defect_and_not_the_content(string json, string reason)
    {
        Write("bad", json);
        NatsCredentialsException refused = Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext("bad", _folder));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("../outside")]
    [InlineData("")]
    [InlineData(null)]
    public void Contexts_that_are_not_there_are_refused(string? name) =>
        Assert.Throws<NatsCredentialsException>(() => NatsOpts.FromContext(name, _folder));

    private void Write(string name, string json)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "context"));
        File.WriteAllText(Path.Combine(_folder, "context", name + ".json"), json);
    }
}
