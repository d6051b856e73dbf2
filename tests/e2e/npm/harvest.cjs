// harvest.cjs OPTIONS: one search by @natlibfi/sru-client. OPTIONS and what comes out are JSON:
// {url, query, ...the client's own} in, {total, records, next, error} out.
'use strict';
const {default: createClient, SruSearchError} = require('@natlibfi/sru-client');
const {query, startRecord, ...options} = JSON.parse(process.argv[2]);
const out = {records: []};
const limit = 1000; // records: a client that goes round and round ends

function finish() {
  process.stdout.write(`${JSON.stringify(out)}\n`);
  process.exit(0);
}

createClient(options).searchRetrieve(query, {startRecord})
  .on('total', total => { out.total = total; })
  .on('record', record => {
    out.records.push(record);
    if (out.records.length > limit) {
      out.error = 'no end';
      finish();
    }
  })
  .on('end', next => {
    out.next = next;
    finish();
  })
  .on('error', error => {
    out.error = error.message;
    out.isDiagnostic = error instanceof SruSearchError;
    finish();
  });
