using System.Globalization;
using Earshot.JetStream;

namespace Earshot.Chaos.JetStream;

/// <summary>
/// Creates, updates and deletes consumers all the time, so that leaders are lost in the middle of it. Errors have a type, and nothing is created
/// twice. A request that the client repeats, because nothing answered it, may be applied by the server after a later deletion: such consumers
/// are counted apart, known by the requests that an observer has seen.
/// </summary>
internal sealed class ConsumerChurn(NatsConnection connection, NatsConnection observer, string stream)
{
    private const int RequestsForEach = 2; // a creation and an update
    private const int NameToken = 5;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(250);

    private const int MostKept = 20;

    private readonly HashSet<string> _mustExist = [];
    private readonly HashSet<string> _mustNotExist = [];
    private readonly Dictionary<string, int> _requests = [];

    public int Calls { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Consumers that were deleted and exist, because an earlier request for them was repeated and applied late.</summary>
    public int Revived { get; private set; }

    /// <summary>Exceptions other than those that the client documents.</summary>
    public List<string> Untyped { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        INatsJSContext context = connection.CreateJetStreamContext();
        Task observing = ObserveAsync(stop);
        using var beat = new PeriodicTimer(s_period, TimeProvider.System);
        for (int i = 0; await beat.WaitAsync(stop); i++)
        {
            string mark = string.Create(CultureInfo.InvariantCulture, $"churn {i}");
            INatsJSConsumer? consumer = null;
            await TryAsync(async () => consumer = await context.CreateConsumerAsync(stream, new ConsumerConfig { Description = mark, InactiveThreshold = TimeSpan.FromHours(1) }, CancellationToken.None));
            if (consumer is null)
            {
                continue;
            }

            string name = consumer.Info.Name;
            _mustExist.Add(name);
            await TryAsync(async () => await context.UpdateConsumerAsync(stream, consumer.Info.Config with { MaxDeliver = 7 }, CancellationToken.None));
            if (i % 2 == 0 || _mustExist.Count > MostKept) // a stream with thousands of consumers has little time for anything else
            {
                name = i % 2 == 0 ? name : _mustExist.First();
                _mustExist.Remove(name);
                if (await TryAsync(async () => await context.DeleteConsumerAsync(stream, name, CancellationToken.None)))
                {
                    _mustNotExist.Add(name);
                }
            }
        }

        await observing;
    }

    /// <summary>Compares with the consumers that the stream has, and describes each that is missing, back, or there twice.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync(CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        var byMark = new Dictionary<string, int>();
        var names = new HashSet<string>();
        await foreach (INatsJSConsumer consumer in connection.CreateJetStreamContext().ListConsumersAsync(stream, cancellationToken))
        {
            names.Add(consumer.Info.Name);
            if (consumer.Info.Config.Description is { } mark && mark.StartsWith("churn", StringComparison.Ordinal))
            {
                byMark[mark] = byMark.GetValueOrDefault(mark) + 1;
            }
        }

        wrong.AddRange(_mustExist.Except(names).Select(name => $"{name} was created and is missing"));
        foreach (string name in _mustNotExist.Intersect(names))
        {
            int requests = _requests.GetValueOrDefault(name);
            Revived += requests > RequestsForEach ? 1 : 0;
            if (requests <= RequestsForEach)
            {
                wrong.Add($"{name} was deleted and exists, after {requests} requests");
            }
        }

        wrong.AddRange(byMark.Where(mark => mark.Value > 1).Select(mark => $"'{mark.Key}' was created {mark.Value} times"));
        return wrong;
    }

    private async Task ObserveAsync(CancellationToken stop)
    {
        try
        {
            await foreach (NatsMsg<byte[]> request in observer.SubscribeAsync<byte[]>($"$JS.API.CONSUMER.CREATE.{stream}.>", cancellationToken: stop))
            {
                string name = request.Subject.Split('.')[NameToken];
                _requests[name] = _requests.GetValueOrDefault(name) + 1;
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task<bool> TryAsync(Func<Task> call)
    {
        Calls++;
        try
        {
            await call();
            return true;
        }
        catch (NatsException)
        {
            Failures++;
        }
        catch (Exception e)
        {
            Untyped.Add(e.ToString());
        }

        return false;
    }
}
