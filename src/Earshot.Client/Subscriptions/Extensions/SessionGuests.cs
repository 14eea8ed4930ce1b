using System.Buffers;
using System.Collections.Immutable;
using Earshot.Events;

namespace Earshot.Subscriptions;

/// <summary>
/// The session extensions of one connection, called in the order in which they were added. An extension that throws is reported as an
/// internal fault and affects neither the others nor the connection.
/// </summary>
internal sealed class SessionGuests(Journal journal)
{
    private ImmutableArray<ISessionGuest> _guests = [];

    public void Add(ISessionGuest guest) => ImmutableInterlocked.Update(ref _guests, static (guests, added) => guests.Add(added), guest);

    public void Remove(ISessionGuest guest) => ImmutableInterlocked.Update(ref _guests, static (guests, removed) => guests.Remove(removed), guest);

    /// <summary>Under the outbound gate. Returns the faults, to be reported by <see cref="Report"/> when the outbound lock is left.</summary>
    public IReadOnlyList<Exception> WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        List<Exception> faults = [];
        foreach (ISessionGuest guest in _guests)
        {
            var frames = new ArrayBufferWriter<byte>(); // half a frame would end the session
            try
            {
                guest.WriteAtStartLocked(frames);
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
        foreach (ISessionGuest guest in _guests)
        {
            try
            {
                guest.SessionLost(keptFrom, exception);
            }
            catch (Exception e)
            {
                Report(e);
            }
        }
    }

    public void Refused(NatsServerError error, Exception exception)
    {
        foreach (ISessionGuest guest in _guests)
        {
            try
            {
                guest.Refused(error, exception);
            }
            catch (Exception e)
            {
                Report(e);
            }
        }
    }

    public void ConnectionEnded(Exception exception)
    {
        foreach (ISessionGuest guest in _guests)
        {
            try
            {
                guest.ConnectionEnded(exception);
            }
            catch (Exception e)
            {
                Report(e);
            }
        }
    }

    /// <summary>All at the same time; completes when all are done, at the latest after <paramref name="timeout"/>.</summary>
    public async Task DrainAsync(TimeSpan timeout, TimeProvider time)
    {
        var all = Task.WhenAll(_guests.Select(guest => DrainAsync(guest, timeout)));
        await all.WaitAsync(timeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Report(Exception fault) => journal.Append(new NatsInternalFaultEvent { Exception = fault, Restarted = true });

    private async Task DrainAsync(ISessionGuest guest, TimeSpan timeout)
    {
        try
        {
            await guest.DrainAsync(timeout).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Report(e);
        }
    }
}
