using Earshot.JetStream;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams;

/// <summary>The publishes and the calls of the API of one application, with their bounds and with what their outcome says. None of them throws.</summary>
internal sealed class StreamCalls
{
    private const int Names = 3;

    private readonly StreamContext _context;
    private readonly NatsJSPublisher _publisher;
    private readonly HashSet<string> _changing = [];
    private readonly HashSet<string> _uncertain = []; // a change with an unknown outcome may still come

    public StreamCalls(StreamContext context)
    {
        _context = context;
        _publisher = context.JetStream.CreatePublisher(new NatsJSPublisherOpts
        {
            MaxInFlight = context.Chance.Of(1000, 4),
            UseMsgIds = context.Chance.Is(0.8),
            Order = context.Chance.Of(NatsJSPublishOrder.None, NatsJSPublishOrder.PerSubject),
        });
    }

    private Chance Chance => _context.Chance;

    /// <summary>Publishes one message and waits for its ack.</summary>
    public Task PublishAsync(bool hasId)
    {
        StreamMessage message = Begin();
        TimeSpan limit = _context.Plan.PublishTimeout;
        return _context.Check.RunAsync($"stream publish {message.Id}", _context.Bound(limit), async token =>
        {
            var opts = new NatsJSPubOpts { MsgId = hasId ? $"{_context.Name}-{message.Id}" : null };
            await SettleAsync(message, _context.JetStream.PublishAsync(Subject(), StoreLedger.PayloadOf(message), opts: opts, cancellationToken: token).AsTask(), isIdGenerated: false).ConfigureAwait(false);
        }, _context.CancelAfter(limit));
    }

    /// <summary>Publishes several messages with the publisher that limits those in flight.</summary>
    public Task PublishManyAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => PublishInWindowAsync()));

    /// <summary>Ends the publisher. Completes with the outcome of everything that it has accepted.</summary>
    public Task EndAsync() => _context.Check.RunAsync("dispose of the publisher", _context.Bound(_context.Plan.PublishTimeout), _ => _publisher.DisposeAsync().AsTask());

    /// <summary>Creates a stream of its own that nothing else uses.</summary>
    public Task CreateAsync() => ChangeAsync("create stream", shouldExist: true, (name, token) =>
        _context.JetStream.CreateStreamAsync(new StreamConfig(name, [$"own.{name}"]), token).AsTask());

    /// <summary>Deletes a stream of its own.</summary>
    public Task DeleteAsync() => ChangeAsync("delete stream", shouldExist: false, (name, token) => _context.JetStream.DeleteStreamAsync(name, token).AsTask());

    public Task InfoAsync() => ApiAsync("stream info", token => _context.JetStream.GetStreamAsync(StreamPlan.Stream, cancellationToken: token).AsTask());

    public Task ListAsync() => ApiAsync("stream names", async token =>
    {
        await foreach (string name in _context.JetStream.ListStreamNamesAsync(cancellationToken: token).ConfigureAwait(false))
        {
            _ = name;
        }
    });

    public Task ApiAsync(string name, Func<CancellationToken, Task> call) =>
        _context.Check.RunAsync(name, _context.Bound(_context.Plan.RequestTimeout), call, _context.CancelAfter(_context.Plan.RequestTimeout));

    private static string SubjectOf(int number) => $"work.{number}";

    private string Subject() => SubjectOf(Chance.Below(4));

    private StreamMessage Begin() => _context.Site.Store.Begin(_context.Name, Chance.Is(0.9) ? Chance.Between(8, 200) : Chance.Between(200, 8_000));

    private Task PublishInWindowAsync()
    {
        StreamMessage message = Begin();
        return _context.Check.RunAsync($"window publish {message.Id}", null, async token =>
        {
            try
            {
                NatsJSPublishTicket ticket = await _publisher.PublishAsync(Subject(), StoreLedger.PayloadOf(message), cancellationToken: token).ConfigureAwait(false);
                await SettleAsync(message, ticket.GetResponseAsync(), isIdGenerated: true).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                StoreLedger.Failed(message, e);
                throw;
            }
        });
    }

    private async Task SettleAsync(StreamMessage message, Task<PubAckResponse> call, bool isIdGenerated)
    {
        try
        {
            PubAckResponse ack = await call.ConfigureAwait(false);
            if (ack.Error is not null)
            {
                message.NotStored = new NatsJSException(ack.Error.Description ?? "");
                return;
            }

            _context.Site.Store.Acknowledged(message, ack);
            // The ack of a later attempt may be that of an earlier publish with the same id, if the application has chosen the id.
            if (!ack.Duplicate && (ack.Attempts == 1 || isIdGenerated))
            {
                _context.Sight.Learn(ack.Seq, message.BegunAfterDrops);
            }
        }
        catch (Exception e)
        {
            StoreLedger.Failed(message, e);
            throw;
        }
    }

    // One change of a name at a time: who changes one thing twice simultaneously cannot know the result.
    private async Task ChangeAsync(string what, bool shouldExist, Func<string, CancellationToken, Task> call)
    {
        string name = $"{_context.Name}-{Chance.Below(Names)}";
        if (!_changing.Add(name))
        {
            return;
        }

        bool had = _context.Site.HasStream(name);
        await ApiAsync($"{what} {name}", async token =>
        {
            try
            {
                await call(name, token).ConfigureAwait(false);
                Require(name, _context.Site.HasStream(name) == shouldExist, $"{what} {name} succeeded and had no effect");
            }
            catch (Exception e)
            {
                Require(name, !IsWithoutEffect(e) || _context.Site.HasStream(name) == had, $"{what} {name} failed with {e.GetType().Name} and had an effect");
                _ = IsWithoutEffect(e) || _uncertain.Add(name);
                throw;
            }
        }).ConfigureAwait(false);
        _changing.Remove(name);
    }

    private static bool IsWithoutEffect(Exception e) => e is INatsDelivery { Outcome: NatsOutcome.NotSent or NatsOutcome.Rejected };

    private void Require(string name, bool holds, string text)
    {
        if (!holds && !_uncertain.Contains(name))
        {
            _context.Report("call-effect-true", text);
        }
    }
}
