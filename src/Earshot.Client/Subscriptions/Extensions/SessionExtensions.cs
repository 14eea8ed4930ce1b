using System.Buffers;
using System.Collections.Immutable;
using Earshot.Events;

namespace Earshot.Subscriptions;

/// <summary>
/// The session extensions of one connection, called in the order in which they were added. An extension that throws is reported as an
/// internal fault and affects neither the others nor the connection.
/// </summary>
internal sealed class SessionExtensions(Journal journal)
{
    private ImmutableArray<ISessionExtension> _extensions = [];

    public void Add(ISessionExtension extension) => ImmutableInterlocked.Update(ref _extensions, static (extensions, added) => extensions.Add(added), extension);

    public void Remove(ISessionExtension extension) => ImmutableInterlocked.Update(ref _extensions, static (extensions, removed) => extensions.Remove(removed), extension);

    /// <summary>Under the outbound lock. Returns the faults, to be reported by <see cref="Report"/> when the outbound lock is left.</summary>
    public IReadOnlyList<Exception> WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        List<Exception> faults = [];
        foreach (ISessionExtension extension in _extensions)
        {
            var frames = new ArrayBufferWriter<byte>(); // half a frame would end the session
            try
            {
                extension.WriteAtStartLocked(frames);
                writer.Write(frames.WrittenSpan);
            }
            catch (Exception e)
            {
                faults.Add(e);
            }
        }

        return faults;
    }

    public void SessionLost(long keptFrom, NatsConnectionLostException exception)
    {
        foreach (ISessionExtension extension in _extensions)
        {
            try
            {
                extension.SessionLost(keptFrom, exception);
            }
            catch (Exception e)
            {
                Report(e);
            }
        }
    }

    public void Refused(NatsServerError error, Exception exception)
    {
        foreach (ISessionExtension extension in _extensions)
        {
            try
            {
                extension.Refused(error, exception);
            }
            catch (Exception e)
            {
                Report(e);
            }
        }
    }

    public void ConnectionEnded(Exception exception)
    {
        foreach (ISessionExtension extension in _extensions)
        {
            try
            {
                extension.ConnectionEnded(exception);
            }
            catch (Exception e)
            {
                Report(e);
            }
        }
    }

    /// <summary>All at the same time; completes when all are done, at the latest after <paramref name="timeout"/> or with the end of the connection.</summary>
    public async Task DrainAsync(TimeSpan timeout, TimeProvider time, CancellationToken end)
    {
        var all = Task.WhenAll(_extensions.Select(extension => DrainAsync(extension, timeout)));
        await all.WaitAsync(timeout, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Report(Exception fault) => journal.Append(new NatsInternalFaultEvent { Exception = fault, Restarted = true });

    private async Task DrainAsync(ISessionExtension extension, TimeSpan timeout)
    {
        try
        {
            await extension.DrainAsync(timeout).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Report(e);
        }
    }
}
