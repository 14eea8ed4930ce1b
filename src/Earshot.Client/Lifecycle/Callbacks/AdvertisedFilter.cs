using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>
/// Asks the filter about the addresses that an INFO advertises, one INFO at a time; of those that come meanwhile only the newest counts.
/// </summary>
internal sealed class AdvertisedFilter(CallbackRunner runner, Func<string, int, bool> filter, IMachineInputSink facts)
{
    private readonly CallbackInvoker<Dictionary<(string Host, int Port), Exception?>> _gate = new(NatsOptionCallback.DiscoveredServerFilter);
    private InvokeServerFilter? _next; // both under this
    private bool _isAsking;

    public void Ask(InvokeServerFilter order)
    {
        lock (this)
        {
            if (_isAsking)
            {
                _next = order;
                return;
            }

            _isAsking = true;
        }

        _ = RunAsync(order);
    }

    private async Task RunAsync(InvokeServerFilter first)
    {
        for (InvokeServerFilter? order = first; order is not null; order = Next())
        {
            try
            {
                Dictionary<(string Host, int Port), Exception?> refused = await runner.AskAsync(_gate, _ => new(Judge(order))).ConfigureAwait(false);
                if (refused.Values.FirstOrDefault(e => e is not null) is { } fault)
                {
                    runner.Faulted(NatsOptionCallback.DiscoveredServerFilter, fault, "the address is ignored");
                }

                facts.Post(new AdvertisedFiltered(order.SessionId, order.Info, order.Source, refused));
            }
            catch (Exception e)
            {
                runner.Faulted(NatsOptionCallback.DiscoveredServerFilter, e, "the addresses advertised by this INFO are ignored");
            }
        }
    }

    private InvokeServerFilter? Next()
    {
        lock (this)
        {
            InvokeServerFilter? next = _next;
            (_next, _isAsking) = (null, next is not null);
            return next;
        }
    }

    // Those that are refused, with the exception where the filter threw.
    private Dictionary<(string Host, int Port), Exception?> Judge(InvokeServerFilter order)
    {
        Dictionary<(string Host, int Port), Exception?> refused = [];
        foreach (string text in order.Info.ClientConnectUrls!.Take(order.Limit))
        {
            if (!ServerAddress.TryParseAdvertised(text, order.Scheme, out ServerAddress? address, out _))
            {
                continue;
            }

            try
            {
                if (!filter(address.Host, address.Port))
                {
                    refused[(address.Host, address.Port)] = null;
                }
            }
            catch (Exception e)
            {
                refused[(address.Host, address.Port)] = e;
            }
        }

        return refused;
    }
}
