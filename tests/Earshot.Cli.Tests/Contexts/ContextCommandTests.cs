using System.Text.Json;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Contexts;

/// <summary>The contexts of the <c>nats</c> tool, as the tool shows them.</summary>
public sealed class ContextCommandTests : IDisposable
{
    private const string Production =
        """
        {"description":"the real one","url":"nats://admin:c4n4ry-url@one:4222,two:4222","user":"c4n4ry-token","password":"","token":"c4n4ry-t","creds":"/etc/nats/app.creds",
         "user_jwt":"c4n4ry-jwt","user_seed":"c4n4ry-seed","future_secret":"c4n4ry-f","tls_first":true,"nkey":""}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("earshot-contexts-");

    public ContextCommandTests()
    {
        _folder.CreateSubdirectory("nats/context");
        Write("nats/context.txt", "production\n");
        Write("nats/context/production.json", Production);
        Write("nats/context/local.json", """{"url":"nats://127.0.0.1:4222","user":"app","password":"c4n4ry-p","description":"\u001b[2Jhere"}""");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task List_marks_the_selected_context_and_hides_what_is_secret()
    {
        ToolRun run = await RunAsync("context", "ls");
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Equal(["  local       nats://127.0.0.1:4222  \\u001b[2Jhere", "* production  nats://***@one:4222,two:4222  the real one"], run.Lines);
    }

    [Fact]
    public async Task Context_that_cannot_be_read_does_not_end_the_list()
    {
        Write("nats/context/broken.json", "c4n4ry-broken{");
        ToolRun run = await RunAsync("context", "ls");
        Assert.Equal(ExitCode.File, await run.Code);
        Assert.Equal(["  local", "* production"], run.Lines.Select(static line => line[..12].TrimEnd()));
        Assert.Equal("earshot: The context 'broken' is not a JSON object.\n", run.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task List_as_json_has_an_object_per_context()
    {
        ToolRun run = await RunAsync("context", "ls", "--json");
        Assert.Equal("""{"type":"context","name":"production","isSelected":true,"url":"nats://***@one:4222,two:4222","description":"the real one"}""", run.Lines[1]);
        Assert.Equal(2, run.Lines.Length);
    }

    [Fact]
    public async Task Show_has_all_values_with_secrets_and_unknown_ones_hidden()
    {
        ToolRun run = await RunAsync("context", "show", "production");
        Assert.Equal(
            [
                "production  (selected)",
                "  description    the real one",
                "  url            nats://***@one:4222,two:4222",
                "  user           ***",
                "  token          ***",
                "  creds          /etc/nats/app.creds",
                "  user_jwt       ***",
                "  user_seed      ***",
                "  future_secret  ***",
                "  tls_first      true",
            ],
            run.Lines);
        ToolRun json = await RunAsync("context", "show", "local", "--json");
        JsonElement values = JsonDocument.Parse(json.Out).RootElement.GetProperty("values");
        Assert.Equal(("app", "***"), (values.GetProperty("user").GetString(), values.GetProperty("password").GetString()));
        Assert.DoesNotContain("c4n4ry", run.Out + json.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin:c4n4ry@127.0.0.1:4222", "***@127.0.0.1:4222")]
    [InlineData("c4n4ry@127.0.0.1:4222", "***@127.0.0.1:4222")]
    [InlineData("admin:c4n4ry://@one", "***@one")]
    [InlineData("nats://u:pa,c4n4ry@host", "nats://***@host")]
    [InlineData("nats://x:4222,c4n4ry@y:4222", "nats://***@y:4222")]
    [InlineData("admin:c4n4ry@x,nats://u:c4n4ry@y,z:4222", "***@y,z:4222")]
    [InlineData("nats://u:c4n4ry@x,tls://u:c4n4ry@y", "nats://***@y")]
    [InlineData("tls://u:c4n@4ry@x", "tls://***@x")]
    public async Task Credentials_in_every_form_of_a_url_are_hidden(string url, string shown)
    {
        Write("nats/context/local.json", $$"""{"url":"{{url}}","socks_proxy":"{{url}}","user":"bob@example.com","password":"c4n4ry","creds":"/home/bob@work/a.creds"}""");
        ToolRun list = await RunAsync("context", "ls"), show = await RunAsync("context", "show", "local");
        Assert.Equal($"  local       {shown}", list.Lines[0]);
        Assert.Equal(
            ["local", $"  url          {shown}", $"  socks_proxy  {shown}", "  user         bob@example.com", "  password     ***", "  creds        /home/bob@work/a.creds"],
            show.Lines);
        ToolRun json = await RunAsync("context", "show", "local", "--json");
        Assert.Equal(shown, JsonDocument.Parse(json.Out).RootElement.GetProperty("url").GetString());
        Assert.DoesNotContain("4ry", json.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "There is no context 'none'")]
    [InlineData("../context/production", "There is no context")]
    [InlineData("broken", "The context 'broken' is not a JSON object.")]
    [InlineData("surrogate", "The context 'surrogate' is not a JSON object.")]
    [InlineData("twice", "The context 'twice' is not a JSON object.")]
    public async Task Show_of_what_is_no_context_is_an_error_without_its_content(string name, string message)
    {
        Write("nats/context/surrogate.json", """{"url":"c4n4ry\ud800"}""");
        Write("nats/context/twice.json", """{"url":"c4n4ry","url":"b"}""");
        Write("nats/context/broken.json", "c4n4ry-broken{");
        ToolRun run = await RunAsync("context", "show", name);
        Assert.Equal(ExitCode.File, await run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_contexts_the_list_is_empty_and_says_where_they_would_be()
    {
        ToolRun run = await ToolRun.EndOfAsync("context", "ls");
        Assert.Equal((ExitCode.Success, ""), (await run.Code, run.Out));
        Assert.Contains("There are no contexts", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_contexts_are_completed()
    {
        ToolRun run = await RunAsync("[suggest:13]", "context show ");
        Assert.Contains("production", run.Lines);
        Assert.Contains("local", (await RunAsync("[suggest:14]", "rtt --context ")).Lines);
    }

    private Task<ToolRun> RunAsync(params string[] args) =>
        ToolRun.EndOfAsync(host => host with { Variable = name => name == "XDG_CONFIG_HOME" ? _folder.FullName : null }, args);

    private void Write(string path, string text) => File.WriteAllText(Path.Combine(_folder.FullName, path), text);
}
