using System.Text;
using Earshot.Services.Endpoints;
using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

/// <summary>Errors whose texts are long or that cannot be sent: each request is answered, and counted once.</summary>
[BothServers]
public sealed class ErrorLimitTests(SharedServer server)
{
    private static readonly string s_long = new('"', 300_000);

    [Theory]
    [InlineData("a", 1024)]
    [InlineData("ö", 512)]
    [InlineData("€", 341)]
    [InlineData("😀", 256)]
    public void A_text_is_cut_between_characters(string character, int expected)
    {
        string whole = string.Concat(Enumerable.Repeat(character, expected));

        Assert.Same(whole, ErrorText.Cut(whole));
        Assert.Equal(whole, ErrorText.Cut(whole + character));
        Assert.True(Encoding.UTF8.GetByteCount(whole) <= 1024);
    }

    [Fact]
    public async Task The_text_of_an_exception_does_not_hide_the_statistics()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(request => throw new FormatException(request.Data), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);
        await rig.AskAsync($"{rig.Name}.get", s_long);

        StatsResponse stats = await rig.Requester.CreateServiceDiscovery().StatsAsync(rig.Name, opts: new NatsSvcDiscoveryOpts { MaxCount = 1, Timeout = TimeSpan.FromMinutes(1), IdleTimeout = TimeSpan.FromMinutes(1) }, cancellationToken: rig.Cancel).SingleAsync(rig.Cancel);

        Assert.Equal($"500:{s_long[..1024]}", Assert.Single(stats.Endpoints).LastError);
    }

    [Fact]
    public async Task A_description_that_is_too_long_is_cut()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        string text = new('x', 2_000_000);
        await rig.Service.AddEndpointAsync<string>(
            request => request.Data == "throw" ? throw new NatsSvcEndpointException(400, text) : request.ReplyErrorAsync(401, text), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        Assert.Equal(new NatsSvcStatus(400, text[..1024], false), (await rig.AskAsync($"{rig.Name}.get", "throw")).GetServiceStatus());
        Assert.Equal(new NatsSvcStatus(401, text[..1024], false), (await rig.AskAsync($"{rig.Name}.get", "reply")).GetServiceStatus());
    }

    [Fact]
    public async Task An_error_whose_answer_is_too_large_is_answered_with_a_short_one()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(_ => throw new NatsSvcEndpointException(400, "no", new string('x', 2_000_000)), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        Assert.Equal(new NatsSvcStatus(500, "internal error", false), (await rig.AskAsync($"{rig.Name}.get", "")).GetServiceStatus());
        await rig.Service.StopAsync(rig.Cancel);
        Assert.Equal((1, 1, "400:no"), (Assert.Single(rig.Service.Endpoints).Requests, Assert.Single(rig.Service.Endpoints).Errors, Assert.Single(rig.Service.Endpoints).LastError));
        Assert.IsType<NatsPayloadTooLargeException>(Assert.Single(rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>()).Exception);
    }

    [Fact]
    public void Texts_that_are_not_valid_are_cut_and_read_too()
    {
        Assert.Equal(new string('\ud800', 341), ErrorText.Cut(new string('\ud800', 400)));
        Assert.Equal(typeof(SilentException).FullName, ErrorText.Of(new SilentException()));
    }

    [Theory]
    [InlineData("without a reply subject")]
    [InlineData("without a description")]
    [InlineData("too large")]
    public async Task An_error_that_cannot_be_sent_is_counted_once(string kind)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        var called = new TaskCompletionSource();
        await rig.Service.AddEndpointAsync<string>(
            request =>
            {
                called.SetResult();
                return kind == "too large"
                    ? request.ReplyErrorAsync(400, "bad", new byte[2_000_000], serializer: NatsRawSerializer<byte[]>.Default)
                    : request.ReplyErrorAsync(400, kind == "without a description" ? null! : "bad");
            },
            "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        await rig.Requester.PublishAsync($"{rig.Name}.get", "", replyTo: kind == "without a reply subject" ? null : rig.Requester.NewInbox(), cancellationToken: rig.Cancel);
        await called.Task.WaitAsync(rig.Cancel);
        await rig.Service.StopAsync(rig.Cancel);

        EndpointStats stats = Assert.Single(rig.Service.GetStats().Endpoints);
        Assert.Equal((1, 1), (stats.NumRequests, stats.NumErrors));
        Assert.StartsWith("500:", stats.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error, exception", 1, "400:bad", 1)]
    [InlineData("error, endpoint exception", 1, "400:bad", 1)]
    [InlineData("reply, exception", 1, "500:late", 1)]
    [InlineData("reply, endpoint exception", 1, "404:late", 1)]
    [InlineData("error, error", 2, "400:bad", 0)] // several replies are for a request with many replies
    public async Task A_request_that_is_answered_and_fails_counts_once_and_has_no_further_answer(string kind, int replies, string lastError, int events)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                await (kind.StartsWith("error", StringComparison.Ordinal) ? request.ReplyErrorAsync(400, "bad", cancellationToken: rig.Cancel) : request.ReplyAsync("done", cancellationToken: rig.Cancel));
                await (kind.EndsWith("endpoint exception", StringComparison.Ordinal) ? throw new NatsSvcEndpointException(404, "late")
                    : kind.EndsWith("exception", StringComparison.Ordinal) ? throw new InvalidOperationException("late")
                    : request.ReplyErrorAsync(409, "again", "data", cancellationToken: rig.Cancel));
            },
            "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);
        string inbox = rig.Requester.NewInbox();
        await using INatsSub<string> answers = await rig.Requester.SubscribeCoreAsync<string>(inbox, cancellationToken: rig.Cancel);

        await rig.Requester.PublishAsync($"{rig.Name}.get", "", replyTo: inbox, cancellationToken: rig.Cancel);
        NatsMsg<string> first = await answers.Msgs.ReadAsync(rig.Cancel);
        await rig.Service.StopAsync(rig.Cancel);
        await rig.Requester.PingAsync(rig.Cancel); // behind every answer

        Assert.Equal(kind.StartsWith("reply", StringComparison.Ordinal), first.IsServiceSuccess());
        Assert.Equal(replies, answers.Stats.Delivered + answers.Stats.PendingMessages);
        EndpointStats stats = Assert.Single(rig.Service.GetStats().Endpoints);
        Assert.Equal((1, 1, lastError), (stats.NumRequests, stats.NumErrors, stats.LastError));
        Assert.Equal(events, rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>().Count());
    }

    [Fact]
    public async Task A_reply_that_cannot_be_sent_is_followed_by_the_answer_of_the_exception()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(
            request => request.ReplyAsync(new byte[2_000_000], serializer: NatsRawSerializer<byte[]>.Default), "get", $"{rig.Name}.get", cancellationToken: rig.Cancel);

        Assert.Equal(new NatsSvcStatus(500, "internal error", false), (await rig.AskAsync($"{rig.Name}.get", "")).GetServiceStatus());
    }

    private sealed class SilentException : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
