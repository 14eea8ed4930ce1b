using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>
/// Asks the filter about the addresses that an INFO advertises, one INFO at a time; of those that come meanwhile only the newest counts.
/// </summary>
internal sealed class AdvertisedFilter(CallbackRunner runner, Func<string, int, bool> filter, IFactSink facts)
{
    private readonly CallbackGate<Dictionary<(string Host, int Port), Exception?>> _gate = new(OptionCallback.DiscoveredServerFilter);
    private AskFilter? _next; // both under this
    private bool _isAsking;

    public void Ask(AskFilter order)
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

    private async Task RunAsync(AskFilter first)
    {
        for (AskFilter? order = first; order is not null; order = Next())
        {
            try
            {
                Dictionary<(string Host, int Port), Exception?> refused = await runner.AskAsync(_gate, _ => new(Judge(order))).ConfigureAwait(false);
                if (refused.Values.FirstOrDefault(e => e is not null) is { } fault)
                {
                    runner.Faulted(OptionCallback.DiscoveredServerFilter, fault, "the address is not used");
                }

                facts.Post(new AdvertisedJudged(order.SessionId, order.Info, order.Source, refused));
            }
            catch (Exception e)
            {
                runner.Faulted(OptionCallback.DiscoveredServerFilter, e, "what this INFO advertises is not used");
            }
        }
    }

    private AskFilter? Next()
    {
        lock (this)
        {
            AskFilter? next = _next;
            (_next, _isAsking) = (null, next is not null);
            return next;
        }
    }

    // Those that are refused, with the exception where the filter threw.
    private Dictionary<(string Host, int Port), Exception?> Judge(AskFilter order)
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
