using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Requests;

/// <summary>Reads lists page by page, until the total number of entries or an empty page is reached.</summary>
internal static class Paging
{
    public static async IAsyncEnumerable<TItem> ReadAsync<TPage, TItem>(
        Func<int, ValueTask<(TPage Page, ICollection<TItem> Items)>> read, NatsJSOpts options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TPage : IterableResponse
    {
        int offset = 0;
        while (true)
        {
            TPage page;
            ICollection<TItem> items;
            try
            {
                (page, items) = await read(offset).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (offset > 0 && !options.ThrowOnListCancellation && cancellationToken.IsCancellationRequested)
            {
                yield break;
            }

            foreach (TItem item in items)
            {
                yield return item;
            }

            offset += items.Count;
            if (items.Count == 0 || offset >= page.Total)
            {
                yield break;
            }
        }
    }
}
