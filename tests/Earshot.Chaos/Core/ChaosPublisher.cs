using System.Globalization;

namespace Earshot.Chaos.Core;

/// <summary>Publishes numbered messages in batches and flushes after every second batch; records the outcome that the client reports for each.</summary>
internal sealed class ChaosPublisher(int number, NatsConnection connection, Ledger ledger)
{
    private const int BatchSize = 100;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    private long _unresolvedFrom;

    public int FailedFlushes { get; private set; }

    public JournalAudit Journal { get; } = new(connection);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(s_tick, TimeProvider.System);
        string subject = string.Create(CultureInfo.InvariantCulture, $"{Auditor.Prefix}{number}");
        for (int batch = 0; !cancellationToken.IsCancellationRequested; batch++)
        {
            for (int i = 0; i < BatchSize; i++)
            {
                await PublishAsync(subject);
            }

            if (batch % 2 == 1)
            {
                await FlushAsync();
            }

            try
            {
                await ticks.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Resolves what is open; call it when no more faults come.</summary>
    public async Task<bool> FlushAsync()
    {
        long until = ledger.Count;
        try
        {
            await connection.FlushAsync();
            Resolve(until, PublishOutcome.Confirmed);
            return true;
        }
        catch (NatsDeliveryException e)
        {
            FailedFlushes++;
            if (e.Outcome == NatsOutcome.Unknown)
            {
                Resolve(until, PublishOutcome.ReportedUnknown);
            }

            return false;
        }
    }

    private async Task PublishAsync(string subject)
    {
        long message = ledger.Next();
        try
        {
            ledger.Set(message, PublishOutcome.Accepted); // an auditor may be faster than this task
            await connection.PublishAsync(subject, message.ToString(CultureInfo.InvariantCulture));
        }
        catch (NatsDeliveryException)
        {
            ledger.Set(message, PublishOutcome.Refused);
        }
    }

    private void Resolve(long until, PublishOutcome fate)
    {
        for (; _unresolvedFrom < until; _unresolvedFrom++)
        {
            if (ledger.FateOf(_unresolvedFrom) == PublishOutcome.Accepted)
            {
                ledger.Set(_unresolvedFrom, fate);
            }
        }
    }
}
