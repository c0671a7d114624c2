// A .NET program that uses the library, as a game in C# does, while its runtime stops all threads again and again to collect its garbage.
// Usage: host SECONDS. It prints what it has counted; status 0 when nothing was lost.
using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

public static class Host
{
    const int Faults = 1000;
    const int CallingThreads = 8;
    const int ComputingThreads = 4;

    [DllImport("phoenix_channels")]
    static extern int phx_socket_state(long socket);

    [DllImport("fault")]
    static extern int phx_fault_in_go();

    static string nothing = null;
    static int zero = 0;
    static long calls = 0;
    static volatile bool isOver = false;

    static int Caught<E>(Action action) where E : Exception
    {
        int caught = 0;
        for (int i = 0; i < Faults; i++)
        {
            try
            {
                action();
            }
            catch (E)
            {
                caught++;
            }
        }
        return caught;
    }

    static int Recovered()
    {
        int recovered = 0;
        for (int i = 0; i < Faults; i++)
            recovered += phx_fault_in_go();
        return recovered;
    }

    static void Call()
    {
        while (!isOver)
        {
            phx_socket_state(1);
            GC.KeepAlive(new byte[200]);
            Interlocked.Increment(ref calls);
        }
    }

    static void Compute()
    {
        var numbers = new int[1000];
        for (int i = 0; !isOver; i = (i + 1) % numbers.Length)
            numbers[i] += i;
    }

    static void Run(ThreadStart work)
    {
        new Thread(work) { IsBackground = true }.Start();
    }

    public static int Main(string[] arguments)
    {
        phx_socket_state(1); // loads the library, if that has not been done
        int references = Caught<NullReferenceException>(() => zero += nothing.Length);
        int divisions = Caught<DivideByZeroException>(() => zero += 1 / zero);
        int recovered = Recovered();
        for (int i = 0; i < CallingThreads; i++)
            Run(Call);
        for (int i = 0; i < ComputingThreads; i++)
            Run(Compute);
        int collections = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < double.Parse(arguments[0]); collections++)
            GC.Collect(0);
        isOver = true;
        Console.WriteLine("{0} null references, {1} divisions by zero, {2} faults in Go", references, divisions, recovered);
        Console.WriteLine("{0} collections during {1} calls", collections, calls);
        return references == Faults && divisions == Faults && recovered == Faults && calls > 0 ? 0 : 1;
    }
}
