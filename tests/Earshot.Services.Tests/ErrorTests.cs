using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

[BothServers]
public sealed class ErrorTests(SharedServer server)
{
    [Fact]
    public async Task An_endpoint_exception_is_answered_with_its_code_and_body()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(_ => throw new NatsSvcEndpointException(404, "no such order", "{}"), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        NatsMsg<string> reply = await rig.AskAsync($"{rig.Name}.get", "7");

        Assert.Equal(new NatsSvcStatus(404, "no such order", false), reply.GetServiceStatus());
        NatsSvcEndpointException error = Assert.Throws<NatsSvcEndpointException>(() => reply.EnsureServiceSuccess());
        Assert.Equal((404, "no such order", "{}"), (error.Code, error.Message, error.Body));
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>());
    }

    [Theory]
    [InlineData(false, "internal error")]
    [InlineData(true, "the password is 7")]
    public async Task Exception_text_is_not_sent(bool isSent, string expected)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { SendExceptionMessages = isSent });
        await rig.Service.AddEndpointAsync<string>(_ => throw new InvalidOperationException("the password is 7"), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        NatsMsg<string> reply = await rig.AskAsync($"{rig.Name}.get", "");
        NatsExceptionOccurredEvent told = await rig.Connection.Events.WhenAsync<NatsExceptionOccurredEvent>(after: 0, rig.Cancel);
        await rig.Service.StopAsync(rig.Cancel);

        Assert.Equal(new NatsSvcStatus(500, expected, false), reply.GetServiceStatus());
        Assert.Equal((NatsExceptionOrigin.MessageHandler, $"{rig.Name}.get"), (told.Origin, told.Subscription?.Subject));
        EndpointStats stats = Assert.Single(rig.Service.GetStats().Endpoints);
        Assert.Equal((1, 1, "500:the password is 7"), (stats.NumRequests, stats.NumErrors, stats.LastError));
    }

    [Theory]
    [InlineData("nul \0 and bell \a", "nul   and bell  ")]
    [InlineData("", "")]
    [InlineData("größer", "größer")]
    public async Task A_description_that_is_no_header_value_does_not_leave_the_request_without_an_answer(string description, string expected)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(_ => throw new NatsSvcEndpointException(400, description), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        NatsSvcStatus status = (await rig.AskAsync($"{rig.Name}.get", "")).GetServiceStatus();

        Assert.Equal((400, expected.TrimEnd()), (status.Code, status.Message?.TrimEnd()));
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>());
    }

    [Fact]
    public async Task An_error_reply_is_counted_and_keeps_the_callers_headers_as_they_are()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        var headers = new NatsHeaders { ["X-Trace"] = "1" };
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyErrorAsync(400, "two\r\nlines", "data", headers), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        NatsMsg<string> reply = await rig.AskAsync($"{rig.Name}.get", "");

        Assert.Equal((400, "two lines", "data", "1"), (reply.GetServiceStatus().Code, reply.GetServiceStatus().Message, reply.Data, reply.Headers!["X-Trace"].ToString()));
        Assert.Equal("X-Trace", Assert.Single(headers.Keys));
        await rig.Service.StopAsync(rig.Cancel);
        Assert.Equal((1, "400:two\r\nlines"), (Assert.Single(rig.Service.Endpoints).Errors, Assert.Single(rig.Service.Endpoints).LastError));
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_reaches_the_handler_with_its_exception()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<int>(
            request => request.Exception is null ? request.ReplyAsync("read") : request.ReplyErrorAsync(400, "not a number"), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        Assert.Equal(400, (await rig.AskAsync($"{rig.Name}.get", "seven")).GetServiceStatus().Code);
        Assert.Equal("read", (await rig.AskAsync($"{rig.Name}.get", "7")).Data);
    }

    [Fact]
    public async Task A_request_without_a_reply_subject_is_processed_and_its_error_counted()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        var called = new TaskCompletionSource();
        await rig.Service.AddEndpointAsync<string>(
            _ =>
            {
                called.SetResult();
                throw new NatsSvcEndpointException(409, "taken");
            },
            "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        await rig.Requester.PublishAsync($"{rig.Name}.get", "", cancellationToken: rig.Cancel);
        await called.Task.WaitAsync(rig.Cancel);
        await rig.Service.StopAsync(rig.Cancel);

        Assert.Equal((1, 1, "409:taken"), (Assert.Single(rig.Service.Endpoints).Requests, Assert.Single(rig.Service.Endpoints).Errors, Assert.Single(rig.Service.Endpoints).LastError));
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>());
    }

    [Fact]
    public async Task No_service_is_told_apart_from_an_error_of_a_service()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        NatsMsg<string> reply = await rig.Requester.RequestAsync<string, string>($"{rig.Name}.none", "", replyOpts: new NatsSubOpts { ThrowIfNoResponders = false }, cancellationToken: rig.Cancel);

        Assert.Throws<NatsNoRespondersException>(() => reply.EnsureServiceSuccess());
        Assert.Equal((503, true), (reply.GetServiceStatus(throwOnNoResponders: false).Code, reply.GetServiceStatus(throwOnNoResponders: false).HasNoResponders));
    }

    [Theory]
    [InlineData("a b", "1.0.0")]
    [InlineData("a.b", "1.0.0")]
    [InlineData("", "1.0.0")]
    [InlineData("ok\n", "1.0.0")]
    [InlineData("ok", "1.0")]
    [InlineData("ok", "01.0.0")]
    [InlineData("ok", "1.0.0-")]
    [InlineData("ok", "1.0.0-01")]
    [InlineData("ok", "v1.0.0")]
    public void Bad_names_and_versions_are_refused(string name, string version) => Assert.Throws<ArgumentException>(() => new NatsSvcConfig(name, version));

    [Theory]
    [InlineData("1.0.0-alpha.1+build.5")]
    [InlineData("10.20.30")]
    [InlineData("1.0.0-0A.is.legal")]
    public void Semantic_versions_are_allowed(string version) => Assert.Equal(version, new NatsSvcConfig("ok", version).Version);

    [Fact]
    public async Task Bad_endpoints_are_refused_before_a_byte_is_written()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        foreach (NatsSvcEndpointOpts opts in (NatsSvcEndpointOpts[])
            [
                new(), new() { Name = "a.b" }, new() { Name = "a", Subject = "a..b" }, new() { Subject = "a.*" }, new() { Name = "a", Subject = ">.a" }, new() { Name = "a", QueueGroup = "a b" }, new() { Name = "a", QueueGroup = "q", UseQueueGroup = false }, new() { Name = "a", MaxConcurrency = 0 },
            ])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), opts, cancellationToken: rig.Cancel));
        }

        Assert.Empty(rig.Service.Endpoints);
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Service.AddGroupAsync("a.*", cancellationToken: rig.Cancel));
    }
}
