using System.Diagnostics;
using System.Text.RegularExpressions;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Samples;

/// <summary>The samples with a host, run as processes: what the guide of the host promises, with a server that is killed and restarted.</summary>
[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed partial class HostedSampleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_program_has_health_that_follows_the_server_one_trace_and_an_outage_of_few_lines()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1" }, Token);
        using var program = SampleProgram.Start("hosting", server.Url);
        await program.PrintedAsync("orders.new: order 1", Token);
        await program.PrintedAsync($"Healthy: connected to {server.Url} (n1)", Token);
        await server.KillAsync(Token);
        await program.PrintedAsync("Degraded: reconnecting for ", Token);
        int healthyBefore = program.Lines.Count(line => line.StartsWith("Healthy: ", StringComparison.Ordinal));
        await server.RestartAsync(Token);
        await program.PrintedAsync(", outage 1 (", Token);
        await program.PrintedAsync(line => line.StartsWith("Healthy: ", StringComparison.Ordinal), healthyBefore + 1, Token);

        // Two entries of the outage, each a category and a message.
        Assert.Equal(2, program.Lines.Count(line => EntryOfOutage.IsMatch(line)));
        Assert.Contains(TracesOf(program.Lines, "process orders.*"), TracesOf(program.Lines, "publish").Contains);
        Stop(program);
        await program.EndAsync(Token);
    }

    [Fact]
    public async Task Worker_answers_and_drains_when_it_is_stopped()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Token);
        using var program = SampleProgram.Start("worker", server.Url);
        await program.PrintedAsync("subscriber of orders.* (queue workers) is subscribed", Token);
        await using var client = new NatsConnection(new NatsOpts { Url = server.Url });
        Assert.Equal("order 1 taken", (await client.RequestAsync<string, string>("orders.new", "tea", cancellationToken: Token)).Data);
        Stop(program);
        await program.PrintedAsync("drained at shutdown in ", Token);
        await program.EndAsync(Token);
    }

    [Fact]
    public async Task Web_api_publishes_requests_and_reports_health_and_metrics()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Token);
        using var program = SampleProgram.Start("web", server.Url, ("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        await program.PrintedAsync("Now listening on: ", Token);
        await program.PrintedAsync("connected to ", Token);
        string address = program.Lines.First(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("Now listening on: ")[1].Trim();
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        await using var service = new NatsConnection(new NatsOpts { Url = server.Url });
        await using INatsSub<string> orders = await service.SubscribeCoreAsync<string>("orders.*", cancellationToken: Token);
        await service.PingAsync(Token);
        using HttpResponseMessage accepted = await http.PostAsync("orders/7", null, Token);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("order 7", (await orders.Msgs.ReadAsync(Token)).Data);
        Task<string> asked = http.GetStringAsync("orders/8", Token);
        NatsMsg<string> question = await orders.Msgs.ReadAsync(Token);
        Assert.Contains("traceparent", question.Headers!.Keys);
        await question.ReplyAsync("shipped", cancellationToken: Token);
        Assert.Equal("\"shipped\"", await asked);
        Assert.Equal("Healthy", await http.GetStringAsync("health/ready", Token));
        Assert.Equal("Healthy", await http.GetStringAsync("health/live", Token));
        string metrics = await http.GetStringAsync("metrics", Token);
        Assert.Contains("nats_client_connection_state", metrics, StringComparison.Ordinal);
        Assert.Contains("messaging_client_sent_messages_total", metrics, StringComparison.Ordinal);
        await server.KillAsync(Token);
        await program.PrintedAsync(", outage 1 begins", Token);
        Assert.Equal("Degraded", await http.GetStringAsync("health/ready", Token));
        Assert.Equal("Healthy", await http.GetStringAsync("health/live", Token));
        Stop(program);
        await program.EndAsync(Token);
    }

    [Fact]
    public async Task Dashboard_is_opened_by_the_link_of_the_log_and_shows_the_connection()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1" }, Token);
        using var program = SampleProgram.Start("dashboard", server.Url, ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("ASPNETCORE_ENVIRONMENT", "Development"));
        await program.PrintedAsync("NATS dashboard, for this machine only: ", Token);
        await program.PrintedAsync("connected to ", Token);
        string link = program.Lines.First(line => line.Contains("?token=", StringComparison.Ordinal)).Split("only: ")[1].Trim();
        using var http = new HttpClient();
        string page = await http.GetStringAsync(link, Token); // follows the redirect with its cookie
        Assert.Contains("\"state\":\"Open\"", page, StringComparison.Ordinal);
        Assert.Contains("\"server\":\"n1\"", page, StringComparison.Ordinal);
        Assert.Equal("taken", await http.GetStringAsync(new Uri(new Uri(link), "/orders/7"), Token));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.PostAsync(new Uri(new Uri(link), "/_nats/reset"), null, Token)).StatusCode);
        Stop(program);
        await program.EndAsync(Token);
    }

    [GeneratedRegex(@"outage 1 (begins|lasts|\()")]
    private static partial Regex EntryOfOutage { get; }

    // The exporter prints the trace of an activity before its name.
    private static HashSet<string> TracesOf(IReadOnlyList<string> lines, string name)
    {
        HashSet<string> traces = [];
        string trace = "";
        foreach (string line in lines)
        {
            if (line.StartsWith("Activity.TraceId:", StringComparison.Ordinal))
            {
                trace = line.Split(':')[1].Trim();
            }
            else if (line.StartsWith("Activity.DisplayName:", StringComparison.Ordinal) && line.Split(':', 2)[1].Trim() == name)
            {
                traces.Add(trace);
            }
        }

        return traces;
    }

    private static void Stop(SampleProgram program)
    {
        using var process = Process.GetProcessById(program.Id);
        ServerSignals.Send(process, ServerSignal.Terminate);
    }
}
